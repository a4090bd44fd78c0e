use crate::{Code, Const, LocalKind, Off};

/// Everything in a code object that determines what it does, and nothing that doesn't: not its name, file, lines or columns.
/// Two code objects with the same bytes here decode to the same HIR but for its spans. (The marshalled bytes of a nested code object hold its file and lines.)
pub fn fingerprint_bytes(code: &Code) -> Vec<u8> {
    let Code {
        minor,
        name: _,
        qualname: _,
        filename: _,
        first_line: _,
        flags,
        argcount,
        posonlyargcount,
        kwonlyargcount,
        stacksize,
        bytecode,
        consts,
        names,
        locals,
        exception_table,
        positions: _,
        off,
    } = code;
    let mut writer = Writer { bytes: b"lancehead code 1\n".to_vec() };
    writer.bytes.push(*minor);
    for number in [flags, argcount, posonlyargcount, kwonlyargcount, stacksize] {
        writer.bytes.extend(number.to_le_bytes());
    }
    writer.counted(bytecode);
    writer.length(consts.len());
    consts.iter().for_each(|constant| writer.constant(constant));
    writer.length(names.len());
    names.iter().for_each(|name| writer.counted(name.as_bytes()));
    writer.length(locals.len());
    for local in locals {
        writer.counted(local.name.as_bytes());
        writer.bytes.push(match local.kind {
            LocalKind::Fast => 0,
            LocalKind::Cell => 1,
            LocalKind::Free => 2,
        });
    }
    writer.counted(exception_table);
    match off {
        Off::Nothing => {}
        Off::Loops(heads) => heads.iter().for_each(|head| writer.counted(&head.to_le_bytes())),
        Off::All => writer.counted(b"off"),
    }
    writer.bytes
}

/// Every variable part is preceded by its length, so that no two code objects write the same bytes.
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn length(&mut self, length: usize) {
        self.bytes.extend((length as u64).to_le_bytes());
    }

    fn counted(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend(bytes);
    }

    fn constant(&mut self, constant: &Const) {
        match constant {
            Const::None => self.bytes.push(b'N'),
            Const::Bool(value) => self.bytes.extend([b'B', u8::from(*value)]),
            Const::Int(value) => {
                self.bytes.push(b'I');
                self.bytes.extend(value.to_le_bytes());
            }
            Const::Wide(value) => {
                self.bytes.push(b'W');
                self.bytes.extend(value.to_le_bytes());
            }
            Const::Float(bits) => {
                self.bytes.push(b'F');
                self.bytes.extend(bits.to_le_bytes());
            }
            Const::Str(text) => {
                self.bytes.push(b'S');
                self.counted(text.as_bytes());
            }
            Const::Tuple(items) => {
                self.bytes.push(b'T');
                self.length(items.len());
                items.iter().for_each(|item| self.constant(item));
            }
            Const::Object(marshalled) => {
                self.bytes.push(b'O');
                self.counted(marshalled);
            }
        }
    }
}

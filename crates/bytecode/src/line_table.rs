//! `co_linetable`: the source location of each code unit, in the format of 3.11 and later (PEP 657; CPython's Objects/locations.md).

use crate::DecodeError;

/// Of the source of a code unit. The columns are absent under `-X no_debug_ranges`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub line: i64,
    pub end_line: i64,
    pub column: Option<u32>,
    pub end_column: Option<u32>,
}

const STARTS_ENTRY: u8 = 0x80;
const CONTINUES: u8 = 0x40;
const PAYLOAD: u8 = 0x3f;
/// No entry tells of more code units.
const MOST_UNITS: u32 = 8;

const SHORT_FORMS: u8 = 10;
const ONE_LINE_FORMS: u8 = 3;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NO_LOCATION: u8 = 15;

/// What a table tells, to be asked in the order of the code units.
pub(crate) struct Locations {
    /// Each with the unit behind it.
    entries: Vec<(Option<Location>, u32)>,
    current: usize,
}

impl Locations {
    pub fn of(table: &[u8], first_line: u32) -> Result<Locations, DecodeError> {
        let mut reader = Reader { bytes: table, line: i64::from(first_line) };
        let mut entries = Vec::with_capacity(table.len() / 2);
        let mut end = 0;
        while !reader.bytes.is_empty() {
            let (location, length) = reader.entry().ok_or(DecodeError::Malformed { at: 0, what: "the line table" })?;
            end += length;
            entries.push((location, end));
        }
        Ok(Locations { entries, current: 0 })
    }

    /// None for an artificial instruction and for units beyond the table.
    pub fn at(&mut self, unit: u32) -> Option<Location> {
        while self.entries.get(self.current).is_some_and(|(_, end)| *end <= unit) {
            self.current += 1;
        }
        self.entries.get(self.current)?.0
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// Each entry counts from the one before that has a line.
    line: i64,
}

impl Reader<'_> {
    fn entry(&mut self) -> Option<(Option<Location>, u32)> {
        let (&first, rest) = self.bytes.split_first()?;
        if first & STARTS_ENTRY == 0 {
            return None;
        }
        self.bytes = rest;
        let length = u32::from(first & 7) + 1;
        let form = first >> 3 & 15;
        let on_one_line = |line, column, end_column| Location { line, end_line: line, column, end_column };
        let location = match form {
            0..SHORT_FORMS => {
                let second = u32::from(self.byte()?);
                let column = u32::from(form) << 3 | second >> 4;
                on_one_line(self.line, Some(column), Some(column + (second & 15)))
            }
            SHORT_FORMS..NO_COLUMNS => {
                self.line += i64::from(form - SHORT_FORMS);
                on_one_line(self.line, Some(self.byte()?.into()), Some(self.byte()?.into()))
            }
            NO_COLUMNS => {
                self.line += self.signed_varint()?;
                on_one_line(self.line, None, None)
            }
            LONG => {
                self.line += self.signed_varint()?;
                let end_line = self.line + i64::from(self.varint()?);
                Location { line: self.line, end_line, column: self.varint()?.checked_sub(1), end_column: self.varint()?.checked_sub(1) }
            }
            _ => return Some((None, length)),
        };
        Some((Some(location), length))
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        (byte & STARTS_ENTRY == 0).then_some(byte)
    }

    /// Six bits a byte, the lowest first.
    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u64;
        for digit in 0..6 {
            let byte = self.byte()?;
            value |= u64::from(byte & PAYLOAD) << (6 * digit);
            if byte & CONTINUES == 0 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    /// The sign is the lowest bit.
    fn signed_varint(&mut self) -> Option<i64> {
        let value = self.varint()?;
        let magnitude = i64::from(value >> 1);
        Some(if value & 1 == 0 { magnitude } else { -magnitude })
    }
}

/// A table as it grows.
pub(crate) struct LocationWriter {
    bytes: Vec<u8>,
    line: i64,
    /// How many code units were told of.
    told: u32,
    /// The last ones of them, which are not written yet: those behind may be alike.
    run: (Option<Location>, u32),
}

impl LocationWriter {
    pub fn new(first_line: u32) -> LocationWriter {
        LocationWriter { bytes: Vec::new(), line: i64::from(first_line), told: 0, run: (None, 0) }
    }

    /// So many units of this location come next.
    pub fn push(&mut self, location: Option<Location>, units: u32) {
        if self.run.0 != location {
            self.write_run();
            self.run = (location, 0);
        }
        self.run.1 += units;
        self.told += units;
    }

    /// All units in front of this one, of which nothing was told yet, have this location.
    pub fn up_to(&mut self, unit: u32, location: Option<Location>) {
        if unit > self.told {
            self.push(location, unit - self.told);
        }
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.write_run();
        self.bytes
    }

    fn write_run(&mut self) {
        let (location, mut left) = std::mem::take(&mut self.run);
        while left > 0 {
            let units = left.min(MOST_UNITS);
            self.entry(location, units);
            left -= units;
        }
    }

    /// In the shortest form that can tell it, as CPython's compiler has it.
    fn entry(&mut self, location: Option<Location>, units: u32) {
        let Some(Location { line, end_line, column, end_column }) = location else {
            return self.first(NO_LOCATION, units);
        };
        let advance = line - self.line;
        self.line = line;
        match (column, end_column) {
            (None, None) if end_line == line => {
                self.first(NO_COLUMNS, units);
                self.signed_varint(advance);
            }
            (Some(column), Some(end)) if end_line == line && advance == 0 && column < 80 && (column..column + 16).contains(&end) => {
                self.first((column >> 3) as u8, units);
                self.bytes.push((column as u8 & 7) << 4 | (end - column) as u8);
            }
            (Some(column @ 0..128), Some(end @ 0..128)) if end_line == line && (0..i64::from(ONE_LINE_FORMS)).contains(&advance) => {
                self.first(SHORT_FORMS + advance as u8, units);
                self.bytes.extend([column as u8, end as u8]);
            }
            _ => {
                self.first(LONG, units);
                self.signed_varint(advance);
                self.varint(end_line.abs_diff(line));
                self.varint(column.map_or(0, |column| u64::from(column) + 1));
                self.varint(end_column.map_or(0, |column| u64::from(column) + 1));
            }
        }
    }

    fn first(&mut self, form: u8, units: u32) {
        self.bytes.push(STARTS_ENTRY | form << 3 | (units - 1) as u8);
    }

    fn varint(&mut self, mut value: u64) {
        while value > u64::from(PAYLOAD) {
            self.bytes.push(value as u8 & PAYLOAD | CONTINUES);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed_varint(&mut self, value: i64) {
        self.varint(value.unsigned_abs() << 1 | u64::from(value < 0));
    }
}

#[cfg(test)]
mod tests {
    use super::{Location, LocationWriter, Locations};
    use crate::DecodeError;

    fn encode(locations: &[Option<Location>], first_line: u32) -> Vec<u8> {
        let mut writer = LocationWriter::new(first_line);
        locations.iter().for_each(|location| writer.push(*location, 1));
        writer.finish()
    }

    fn locations(table: &[u8], first_line: u32, units: u32) -> Result<Vec<Option<Location>>, DecodeError> {
        let mut locations = Locations::of(table, first_line)?;
        Ok((0..units).map(|unit| locations.at(unit)).collect())
    }

    fn at(line: i64, end_line: i64, columns: Option<(u32, u32)>) -> Option<Location> {
        Some(Location { line, end_line, column: columns.map(|columns| columns.0), end_column: columns.map(|columns| columns.1) })
    }

    #[test]
    fn every_form_is_read_as_it_was_written() {
        let told = [
            at(10, 10, Some((79, 94))),
            at(10, 10, Some((80, 94))),
            at(12, 12, Some((127, 127))),
            at(15, 15, Some((0, 1))),
            None,
            at(3, 3, None),
            at(3, 5, None),
            at(100_000, 100_001, Some((128, 3))),
            Some(Location { line: 7, end_line: 7, column: Some(4), end_column: None }),
            at(0, 0, Some((0, 0))),
        ];
        let units: Vec<_> = told.into_iter().flat_map(|location| [location; 11]).collect();
        let table = encode(&units, 10);
        assert_eq!(locations(&table, 10, units.len() as u32), Ok(units));
    }

    #[test]
    fn units_beyond_the_table_have_no_location_and_entries_beyond_the_code_are_dropped() {
        assert_eq!(locations(&[], 1, 2), Ok(vec![None; 2]));
        assert_eq!(locations(&encode(&[at(1, 1, None); 9], 1), 1, 2), Ok(vec![at(1, 1, None); 2]));
    }

    #[test]
    fn broken_tables_are_refused() {
        for table in [&[0][..], &[0x80], &[0x80, 0x80], &[0x80 | 13 << 3, 0x7f], &[0x80 | 13 << 3, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0]] {
            assert!(locations(table, 1, 1).is_err(), "{table:?}");
        }
    }
}

use crate::dialect::Dialect;
use crate::exception_table::protections;
use crate::flow::{FlowGraph, flow_graph};
use crate::instruction::instructions;
use crate::opcode::Opcode;
use crate::translate::{Translation, Translator};
use crate::{Block, BlockId, Code, DecodeError, Handler, Hir, Op, OpId, depth, liveness};
use base::Index;
use std::collections::BTreeMap;

/// A code object to HIR. Instructions that control never reaches have no operation.
pub fn decode(code: &Code) -> Result<Hir, DecodeError> {
    let (dialect, _) = Dialect::of(code.minor).ok_or(DecodeError::UnknownVersion(code.minor))?;
    let graph = flow_graph(instructions(code)?, dialect, &protections(code)?)?;
    decode_graph(code, dialect, &graph)
}

/// The same where it is known how control flows.
pub(crate) fn decode_graph(code: &Code, dialect: &Dialect, graph: &FlowGraph) -> Result<Hir, DecodeError> {
    let mut hir = translate(code, dialect, graph)?;
    let handlers = handlers(graph);
    depth::assign(&mut hir, &handlers.depth, code)?;
    hir.live_in = liveness::live_in(&hir, &handlers.of_block, code);
    hir.live_in_loop = liveness::live_in_loop(&hir, &handlers.of_block, code);
    Ok(hir)
}

fn translate(code: &Code, dialect: &Dialect, graph: &FlowGraph) -> Result<Hir, DecodeError> {
    let resumes = graph.reached.iter().filter(|reached| reached.instruction.opcode == Opcode::RESUME);
    let body = resumes.map(|reached| reached.instruction.start).min().unwrap_or(0);
    let translator = Translator { code, dialect, block_at: &graph.block_at, body };
    let mut hir = Hir { ops: Vec::new(), blocks: Vec::new(), live_in: Vec::new(), live_in_loop: Vec::new() };
    for reached in &graph.reached {
        let instruction = &reached.instruction;
        if graph.block_at.contains_key(&instruction.start) {
            let first = OpId::new(hir.ops.len());
            hir.blocks.push(Block {
                first,
                end: first,
                depth: 0,
                is_loop_head: graph.loop_heads.contains(&instruction.start),
                is_handler: reached.in_handler,
                handler: reached.protection.map(|protection| Handler {
                    block: graph.block_at[&protection.target],
                    kept: protection.depth - 1 - u32::from(protection.pushes_lasti),
                }),
            });
        }
        let op = |kind, place, next| Op {
            kind,
            place,
            at: instruction.at,
            next,
            span: code.positions.get(instruction.at as usize / 2).copied().unwrap_or_default(),
            is_protected: reached.protection.is_some(),
        };
        let (place, next) = (Some(instruction.start), Some(instruction.next));
        match translator.translate(reached)? {
            Translation::One(kind) => hir.ops.push(op(kind, place, next)),
            Translation::Two(first, second) => hir.ops.extend([op(first, place, None), op(second, None, next)]),
        }
        hir.blocks.last_mut().expect("block 0 begins at the first instruction").end = OpId::new(hir.ops.len());
    }
    Ok(hir)
}

struct Handlers {
    /// The depth at which each handler starts.
    depth: BTreeMap<BlockId, u32>,
    /// For each block, the handler that protects it.
    of_block: Vec<Option<BlockId>>,
}

fn handlers(graph: &FlowGraph) -> Handlers {
    let mut handlers = Handlers { depth: BTreeMap::new(), of_block: Vec::new() };
    for reached in &graph.reached {
        let handler = reached.protection.map(|protection| {
            let block = graph.block_at[&protection.target];
            handlers.depth.insert(block, protection.depth);
            block
        });
        if graph.block_at.contains_key(&reached.instruction.start) {
            handlers.of_block.push(handler);
        }
    }
    handlers
}

use crate::{BlockId, Func};
use base::Index;

/// The dominator tree, by the iterative algorithm on reverse postorder.
pub struct Dominators {
    /// The place of each block in reverse postorder, of those that can be reached.
    order: Vec<Option<usize>>,
    parent: Vec<usize>,
}

impl Dominators {
    pub fn of(func: &Func) -> Dominators {
        let successors = |b: usize| func.blocks[b].term.edges().into_iter().map(|edge| edge.to).collect::<Vec<BlockId>>();
        let mut seen = vec![false; func.blocks.len()];
        let mut postorder = Vec::new();
        let mut stack = vec![(0, successors(0))];
        seen[0] = true;
        while let Some((b, rest)) = stack.last_mut() {
            match rest.pop() {
                Some(next) if !seen[next.index()] => {
                    seen[next.index()] = true;
                    stack.push((next.index(), successors(next.index())));
                }
                Some(_) => {}
                None => {
                    postorder.push(*b);
                    stack.pop();
                }
            }
        }
        postorder.reverse();
        let mut order = vec![None; func.blocks.len()];
        let mut predecessors = vec![Vec::new(); func.blocks.len()];
        for (i, b) in postorder.iter().enumerate() {
            order[*b] = Some(i);
            successors(*b).iter().for_each(|next| predecessors[next.index()].push(*b));
        }
        let mut parent: Vec<Option<usize>> = vec![None; func.blocks.len()];
        parent[0] = Some(0);
        let mut changed = true;
        while changed {
            changed = false;
            for b in postorder.iter().skip(1) {
                let mut new = None;
                for p in predecessors[*b].iter().copied().filter(|p| parent[*p].is_some()) {
                    new = Some(new.map_or(p, |q| meet(&parent, &order, p, q)));
                }
                if new != parent[*b] {
                    parent[*b] = new;
                    changed = true;
                }
            }
        }
        Dominators { order, parent: parent.into_iter().map(|p| p.unwrap_or(0)).collect() }
    }

    /// The place of a block in reverse postorder.
    pub fn order(&self, block: usize) -> Option<usize> {
        self.order[block]
    }

    pub fn is_reachable(&self, block: usize) -> bool {
        self.order[block].is_some()
    }

    pub fn dominates(&self, a: usize, mut b: usize) -> bool {
        while self.order[b] > self.order[a] {
            b = self.parent[b];
        }
        a == b
    }
}

fn meet(parent: &[Option<usize>], order: &[Option<usize>], mut a: usize, mut b: usize) -> usize {
    while a != b {
        while order[a] > order[b] {
            a = parent[a].expect("a processed block has a dominator");
        }
        while order[b] > order[a] {
            b = parent[b].expect("a processed block has a dominator");
        }
    }
    a
}

use ir::{Shape, Slot, Tag, Tags};

/// What the interpreter's frame would hold here.
#[derive(Clone, Debug, PartialEq)]
pub struct State<V> {
    pub locals: Vec<Slot<V>>,
    pub stack: Vec<Slot<V>>,
}

impl<V: Clone> State<V> {
    pub fn slots(&self) -> impl Iterator<Item = &Slot<V>> {
        self.locals.iter().chain(&self.stack)
    }

    pub fn shapes(&self) -> State<()> {
        State { locals: self.locals.iter().map(Slot::shape).collect(), stack: self.stack.iter().map(Slot::shape).collect() }
    }

    pub fn map<W>(&self, mut next: impl FnMut(ir::Ty, &V) -> W) -> State<W> {
        State {
            locals: self.locals.iter().map(|slot| slot.map(&mut next)).collect(),
            stack: self.stack.iter().map(|slot| slot.map(&mut next)).collect(),
        }
    }
}

/// The tag under which a slot of this shape goes into a `Slot::Any` without allocating.
pub fn tag_of<V>(slot: &Slot<V>) -> Option<Tag> {
    Some(match slot {
        Slot::Unbound => Tag::Unbound,
        Slot::None => Tag::None,
        Slot::Bool(_) => Tag::Bool,
        Slot::Int(_) => Tag::Int,
        Slot::Uint(_) => Tag::Uint,
        Slot::Float(_) => Tag::Float,
        Slot::Object(_) | Slot::Known(_) => Tag::Object,
        _ => return None,
    })
}

fn tags_of(shape: &Shape) -> Option<Tags> {
    match shape {
        Slot::Any(tags, (), ()) => Some(*tags),
        other => tag_of(other).map(Tags::of),
    }
}

/// Whether a slot of shape `from` can go where `to` is expected.
pub fn fits(from: &Shape, to: &Shape) -> bool {
    match (from, to) {
        (from, to) if from == to => true,
        (from, Slot::Any(wanted, (), ())) => tags_of(from).is_some_and(|tags| wanted.contains(tags)),
        (Slot::Known(_), Slot::Object(())) | (Slot::Int(()) | Slot::Uint(()), Slot::Wide(())) => true,
        (Slot::Tuple(from), Slot::Tuple(to)) => from.len() == to.len() && from.iter().zip(to).all(|(from, to)| fits(from, to)),
        _ => false,
    }
}

/// The narrowest shape that both fit, if there is one.
pub fn join(a: &Shape, b: &Shape) -> Option<Shape> {
    if fits(a, b) {
        return Some(b.clone());
    }
    if fits(b, a) {
        return Some(a.clone());
    }
    match (a, b) {
        (Slot::Tuple(a), Slot::Tuple(b)) if a.len() == b.len() => {
            a.iter().zip(b).map(|(a, b)| join(a, b)).collect::<Option<_>>().map(Slot::Tuple)
        }
        (Slot::Known(_), Slot::Known(_)) => Some(Slot::Object(())),
        (Slot::Int(()), Slot::Uint(())) | (Slot::Uint(()), Slot::Int(())) => Some(Slot::Wide(())),
        _ => Some(Slot::Any(tags_of(a)?.union(tags_of(b)?), (), ())),
    }
}

/// Iterators are changed by what looks like reading them, so a slot that holds one can't be copied.
pub fn is_iterator<V>(slot: &Slot<V>) -> bool {
    match slot {
        Slot::RangeIter(_) | Slot::Enumerate(..) | Slot::Zip(_) | Slot::TupleIter(..) => true,
        Slot::Tuple(items) => items.iter().any(is_iterator),
        _ => false,
    }
}

/// Whether giving the slot up may have to drop a reference.
pub fn owns_references<V>(slot: &Slot<V>) -> bool {
    match slot {
        Slot::Object(_) => true,
        Slot::Any(tags, _, _) => tags.contains(Tags::of(Tag::Object)),
        Slot::Tuple(items) | Slot::Zip(items) | Slot::TupleIter(_, items) => items.iter().any(owns_references),
        Slot::Enumerate(_, inner) => owns_references(inner),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_of_scalars_are_tagged() {
        let int = Slot::Int(());
        let float = Slot::Float(());
        let any = join(&int, &float).unwrap();
        assert_eq!(any.describe(), "int or float");
        assert!(fits(&int, &any) && fits(&float, &any) && !fits(&Slot::None, &any));
        assert_eq!(join(&any, &int), Some(any.clone()));
    }

    #[test]
    fn tuples_join_by_item_and_ranges_not_at_all() {
        let pair = |a: &Shape, b: &Shape| Slot::Tuple(vec![a.clone(), b.clone()]);
        let (int, float) = (Slot::Int(()), Slot::Float(()));
        assert_eq!(join(&pair(&int, &int), &pair(&int, &float)).unwrap().describe(), "tuple[int, int or float]");
        assert_eq!(join(&Slot::Range([(); 3]), &int), None);
    }
}

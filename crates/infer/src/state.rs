use ir::{Elem, Shape, Slot, Tag, Tags};

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
        Slot::NumPy(dtype, _) => Tag::of_numpy(*dtype),
        Slot::Object(_) | Slot::Instance(..) | Slot::List(..) | Slot::Exact(..) | Slot::Known(_) => Tag::Object,
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
        (Slot::List(from, ..), Slot::List(to, ..)) => is_widened(from, to),
        (Slot::ListIter(from, ..), Slot::ListIter(to, ..)) | (Slot::ListBack(from, ..), Slot::ListBack(to, ..)) => is_widened(from, to),
        (Slot::Method(a, from, ()), Slot::Method(b, to, ())) => a == b && from.join(to).as_ref() == Some(to),
        (Slot::ListMethod(a, from, ()), Slot::ListMethod(b, to, ())) => a == b && is_widened(from, to),
        (Slot::None, Slot::Instance(..)) => true,
        (Slot::Exact(from, ()), Slot::Exact(to, ())) | (Slot::ExactIter(from, (), ()), Slot::ExactIter(to, (), ())) => {
            from.join(to).as_ref() == Some(to)
        }
        (Slot::Known(_) | Slot::Instance(..) | Slot::List(..) | Slot::Exact(..), Slot::Object(()))
        | (Slot::Int(()) | Slot::Uint(()), Slot::Wide(())) => true,
        (Slot::Function(a, from), Slot::Function(b, to)) | (Slot::Generator(a, from), Slot::Generator(b, to)) => {
            a == b && from.iter().zip(to).all(|(from, to)| fits(from, to))
        }
        (Slot::Tuple(from), Slot::Tuple(to)) => from.len() == to.len() && from.iter().zip(to).all(|(from, to)| fits(from, to)),
        _ => false,
    }
}

fn is_widened(from: &Elem, to: &Elem) -> bool {
    from.join(to) == *to
}

/// The one shape of two that differ only in what is expected, where one of them just knows less.
pub fn agreed(a: &Shape, b: &Shape) -> Option<Shape> {
    match (a, b) {
        (Slot::None, Slot::Instance(class, ())) | (Slot::Instance(class, ()), Slot::None) => Some(Slot::Instance(*class, ())),
        (Slot::List(a, ()), Slot::List(b, ())) => a.agreed(b).map(|elem| Slot::List(elem, ())),
        (Slot::Exact(a, ()), Slot::Exact(b, ())) => a.join(b).map(|kind| Slot::Exact(kind, ())),
        (Slot::ExactIter(a, (), ()), Slot::ExactIter(b, (), ())) => a.join(b).map(|kind| Slot::ExactIter(kind, (), ())),
        (Slot::ListIter(a, (), ()), Slot::ListIter(b, (), ())) => a.agreed(b).map(|elem| Slot::ListIter(elem, (), ())),
        (Slot::ListBack(a, (), ()), Slot::ListBack(b, (), ())) => a.agreed(b).map(|elem| Slot::ListBack(elem, (), ())),
        (Slot::Method(m, a, ()), Slot::Method(n, b, ())) if m == n => a.join(b).map(|kind| Slot::Method(*m, kind, ())),
        (Slot::ListMethod(m, a, ()), Slot::ListMethod(n, b, ())) if m == n => a.agreed(b).map(|elem| Slot::ListMethod(*m, elem, ())),
        _ => None,
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
        (Slot::Function(m, a), Slot::Function(n, b)) if m == n => {
            a.iter().zip(b).map(|(a, b)| join(a, b)).collect::<Option<_>>().map(|cells| Slot::Function(*m, cells))
        }
        (Slot::List(a, ()), Slot::List(b, ())) => Some(Slot::List(a.join(b), ())),
        (Slot::ListIter(a, (), ()), Slot::ListIter(b, (), ())) => Some(Slot::ListIter(a.join(b), (), ())),
        (Slot::ListBack(a, (), ()), Slot::ListBack(b, (), ())) => Some(Slot::ListBack(a.join(b), (), ())),
        (Slot::Method(m, a, ()), Slot::Method(n, b, ())) if m == n => a.join(b).map(|kind| Slot::Method(*m, kind, ())),
        (Slot::ListMethod(m, a, ()), Slot::ListMethod(n, b, ())) if m == n => Some(Slot::ListMethod(*m, a.join(b), ())),
        (Slot::Exact(a, ()), Slot::Exact(b, ())) => Some(a.join(b).map_or(Slot::Object(()), |kind| Slot::Exact(kind, ()))),
        (Slot::ExactIter(a, (), ()), Slot::ExactIter(b, (), ())) => a.join(b).map(|kind| Slot::ExactIter(kind, (), ())),
        (
            Slot::Known(_) | Slot::Instance(..) | Slot::List(..) | Slot::Exact(..),
            Slot::Known(_) | Slot::Instance(..) | Slot::List(..) | Slot::Exact(..),
        ) => Some(Slot::Object(())),
        (Slot::Int(()), Slot::Uint(())) | (Slot::Uint(()), Slot::Int(())) => Some(Slot::Wide(())),
        _ => Some(Slot::Any(tags_of(a)?.union(tags_of(b)?), (), ())),
    }
}

/// Iterators are changed by what looks like reading them, so a slot that holds one can't be copied.
pub fn is_iterator<V>(slot: &Slot<V>) -> bool {
    match slot {
        Slot::RangeIter(_)
        | Slot::Enumerate(..)
        | Slot::Zip(_)
        | Slot::Generator(..)
        | Slot::TupleIter(..)
        | Slot::ListIter(..)
        | Slot::ListBack(..)
        | Slot::ExactIter(..) => true,
        Slot::Tuple(items) => items.iter().any(is_iterator),
        _ => false,
    }
}

/// Whether giving the slot up may have to drop a reference.
pub fn owns_references<V: Copy>(slot: &Slot<V>) -> bool {
    !slot.owned().is_empty()
}

/// Whether code of the user's may run where the slot is given up. What a list holds is a guess.
pub fn may_end_loudly<V: Copy>(slot: &Slot<V>) -> bool {
    match slot {
        Slot::Tuple(items) => items.iter().any(may_end_loudly),
        Slot::Exact(ir::Kind::Str | ir::Kind::Bytes, _) => false,
        other => owns_references(other),
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
    fn lists_are_lists_whatever_they_are_expected_to_hold() {
        let list = |elem: Elem| -> Shape { Slot::List(elem, ()) };
        let floats = list(Elem::Float);
        assert!(fits(&floats, &Slot::Object(())) && fits(&floats, &list(Elem::Object)) && fits(&list(Elem::Unknown), &floats));
        assert!(!fits(&list(Elem::Object), &floats));
        assert_eq!(join(&floats, &list(Elem::Int)), Some(list(Elem::Number)));
        assert_eq!(agreed(&floats, &list(Elem::Int)), None);
        assert_eq!(agreed(&floats, &list(Elem::Unknown)), Some(floats.clone()));
        assert_eq!(join(&floats, &Slot::Known(ir::ObjectId(0))), Some(Slot::Object(())));
        assert_eq!(join(&floats, &Slot::None).unwrap().describe(), "None or object");
    }

    #[test]
    fn tuples_join_by_item_and_ranges_not_at_all() {
        let pair = |a: &Shape, b: &Shape| Slot::Tuple(vec![a.clone(), b.clone()]);
        let (int, float) = (Slot::Int(()), Slot::Float(()));
        assert_eq!(join(&pair(&int, &int), &pair(&int, &float)).unwrap().describe(), "tuple[int, int or float]");
        assert_eq!(join(&Slot::Range([(); 3]), &int), None);
    }
}

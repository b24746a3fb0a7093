//! Finite automata over code points: built from an expression, matched against a text, compared with each other.

use super::expression::{Expression, LAST};
use std::cell::Cell;
use std::collections::HashMap;

/// Most states that one pattern may compile to. The largest built-in pattern has some fifty.
pub const MAX_STATES: usize = 10_000;

/// Most elementary steps (states made, edges looked at) of one [`Effort`], some tens of milliseconds.
const MAX_STEPS: usize = 1_000_000;

/// What was asked is too large to be answered within [`MAX_STATES`] and the effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooComplex;

/// How much work may still be spent on compiling and comparing patterns. Patterns that come in one request or make up
/// one role share one, so that many hard ones cost no more than one.
#[derive(Debug)]
pub struct Effort {
    steps: Cell<usize>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: Cell::new(MAX_STEPS) }
    }
}

impl Effort {
    /// Whether more was asked for than there was.
    pub(crate) fn is_spent(&self) -> bool {
        self.steps.get() == 0
    }

    fn spend(&self, steps: usize) -> Result<(), TooComplex> {
        let left = self.steps.get().checked_sub(steps);
        // Once too much was asked for, nothing more is done, not even what is small.
        self.steps.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or(TooComplex)
    }
}

/// An automaton that may be in several states at once. It begins in the first and accepts in those marked so.
#[derive(Debug, Clone, Default)]
pub(super) struct Automaton {
    states: Vec<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    accepts: bool,
    /// States that it is in as well.
    also: Vec<usize>,
    /// Ranges of code points, both ends included, and where they lead.
    edges: Vec<(u32, u32, usize)>,
}

impl Automaton {
    /// Builds the automaton that accepts exactly the expression's texts.
    pub(super) fn compile(expression: &Expression, effort: &Effort) -> Result<Self, TooComplex> {
        let mut automaton = Self::default();
        let start = automaton.add(effort)?;
        let end = automaton.append(expression, start, effort)?;
        if let Some(state) = automaton.states.get_mut(end) {
            state.accepts = true;
        }
        Ok(automaton)
    }

    /// Whether the whole text is accepted. Time: states × characters.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut current = self.closure(vec![0]);
        for c in text.chars() {
            let next = self.step(&current, u32::from(c));
            if next.is_empty() {
                return false;
            }
            current = self.closure(next);
        }
        self.accepts(&current)
    }

    fn accepts(&self, states: &[usize]) -> bool {
        self.of(states).any(|state| state.accepts)
    }

    fn of<'a>(&'a self, states: &'a [usize]) -> impl Iterator<Item = &'a State> {
        states.iter().filter_map(|index| self.states.get(*index))
    }

    /// Where `states` lead with `c`.
    fn step(&self, states: &[usize], c: u32) -> Vec<usize> {
        let edges = self.of(states).flat_map(|state| &state.edges);
        edges.filter(|(low, high, _)| (*low..=*high).contains(&c)).map(|(_, _, target)| *target).collect()
    }

    /// The states with all those that they are in as well, sorted.
    fn closure(&self, mut states: Vec<usize>) -> Vec<usize> {
        let mut seen = vec![false; self.states.len()];
        let mut closed = Vec::with_capacity(states.len());
        while let Some(index) = states.pop() {
            if let Some(seen) = seen.get_mut(index)
                && !std::mem::replace(seen, true)
            {
                closed.push(index);
                states.extend(self.states.get(index).into_iter().flat_map(|state| &state.also));
            }
        }
        closed.sort_unstable();
        closed
    }

    fn add(&mut self, effort: &Effort) -> Result<usize, TooComplex> {
        effort.spend(1)?;
        if self.states.len() >= MAX_STATES {
            return Err(TooComplex);
        }
        self.states.push(State::default());
        Ok(self.states.len() - 1)
    }

    fn also(&mut self, from: usize, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.also.push(to);
        }
    }

    /// Continues from the state `from` with the expression, and says in which state it ends.
    fn append(&mut self, expression: &Expression, from: usize, effort: &Effort) -> Result<usize, TooComplex> {
        match expression {
            Expression::Character(ranges) => {
                let end = self.add(effort)?;
                effort.spend(ranges.len())?;
                if let Some(state) = self.states.get_mut(from) {
                    state.edges.extend(ranges.iter().map(|(low, high)| (*low, *high, end)));
                }
                Ok(end)
            }
            Expression::Concat(parts) => {
                parts.iter().try_fold(from, |from, part| self.append(part, from, effort))
            }
            Expression::Union(parts) => {
                let end = self.add(effort)?;
                for part in parts {
                    let begin = self.add(effort)?;
                    self.also(from, begin);
                    let last = self.append(part, begin, effort)?;
                    self.also(last, end);
                }
                Ok(end)
            }
            Expression::Repeat { inner, least, most } => self.repeat(inner, *least, *most, from, effort),
            Expression::Complement(inner) => {
                let inner = Self::compile(inner, effort)?;
                let product = product(&[&inner], &|accepts| accepts == [false], None, effort)?;
                self.embed(product.automaton, from, effort)
            }
            Expression::Intersection(parts) => {
                let parts =
                    parts.iter().map(|part| Self::compile(part, effort)).collect::<Result<Vec<_>, _>>()?;
                let parts: Vec<&Self> = parts.iter().collect();
                let product = product(&parts, &|accepts| accepts.iter().all(|it| *it), None, effort)?;
                self.embed(product.automaton, from, effort)
            }
        }
    }

    fn repeat(
        &mut self,
        inner: &Expression,
        least: u32,
        most: Option<u32>,
        from: usize,
        effort: &Effort,
    ) -> Result<usize, TooComplex> {
        let mut last = from;
        for _ in 0..least {
            effort.spend(1)?;
            last = self.append(inner, last, effort)?;
        }
        let end = self.add(effort)?;
        match most {
            None => {
                // A state of its own to come back to: nothing else may lead into the loop.
                let again = self.add(effort)?;
                self.also(last, again);
                let back = self.append(inner, again, effort)?;
                self.also(back, again);
                self.also(again, end);
            }
            Some(most) => {
                self.also(last, end);
                for _ in least..most {
                    effort.spend(1)?;
                    let begin = self.add(effort)?;
                    self.also(last, begin);
                    last = self.append(inner, begin, effort)?;
                    self.also(last, end);
                }
            }
        }
        Ok(end)
    }

    /// Copies `other` so that it begins at `from`, and says in which state it ends.
    fn embed(&mut self, other: Self, from: usize, effort: &Effort) -> Result<usize, TooComplex> {
        let end = self.add(effort)?;
        let offset = self.states.len();
        for state in other.states {
            let copy = self.add(effort)?;
            effort.spend(state.edges.len())?;
            if let Some(target) = self.states.get_mut(copy) {
                target.edges =
                    state.edges.into_iter().map(|(low, high, to)| (low, high, to + offset)).collect();
                target.also = state.also.into_iter().map(|to| to + offset).collect();
                target.also.extend(state.accepts.then_some(end));
            }
        }
        self.also(from, offset);
        Ok(end)
    }
}

/// Whether there is a text for which `wanted` says yes, given which of the automata accept it. A text after whose
/// beginning the first automaton is stuck is not looked at.
pub(super) fn any_word(
    automata: &[&Automaton],
    wanted: &dyn Fn(&[bool]) -> bool,
    effort: &Effort,
) -> Result<bool, TooComplex> {
    Ok(product(automata, wanted, Some(Stop), effort)?.accepts_anything)
}

/// Stop at the first accepting state, and do not follow texts on which the first automaton is stuck.
#[derive(Clone, Copy)]
struct Stop;

struct Product {
    automaton: Automaton,
    accepts_anything: bool,
}

/// For each of several automata the states that it is in.
type Joint = Vec<Vec<usize>>;

/// Runs several automata side by side, each made deterministic. The result accepts where `wanted` says yes.
fn product(
    automata: &[&Automaton],
    wanted: &dyn Fn(&[bool]) -> bool,
    stop: Option<Stop>,
    effort: &Effort,
) -> Result<Product, TooComplex> {
    let start: Joint = automata.iter().map(|automaton| automaton.closure(vec![0])).collect();
    let mut numbers: HashMap<Joint, usize> = HashMap::from([(start.clone(), 0)]);
    let mut automaton = Automaton { states: vec![State::default()] };
    let mut open = vec![(0, start)];
    while let Some((number, joint)) = open.pop() {
        let accepts: Vec<bool> =
            automata.iter().zip(&joint).map(|(automaton, states)| automaton.accepts(states)).collect();
        if wanted(&accepts) {
            if stop.is_some() {
                return Ok(Product { automaton, accepts_anything: true });
            }
            if let Some(state) = automaton.states.get_mut(number) {
                state.accepts = true;
            }
        }
        for (low, high) in cuts(automata, &joint, effort)? {
            let next: Joint = automata
                .iter()
                .zip(&joint)
                .map(|(automaton, states)| automaton.closure(automaton.step(states, low)))
                .collect();
            effort.spend(next.iter().map(Vec::len).sum::<usize>() + 1)?;
            if stop.is_some() && next.first().is_none_or(Vec::is_empty) {
                continue;
            }
            let target = match numbers.get(&next) {
                Some(known) => *known,
                None => {
                    let new = automaton.add(effort)?;
                    numbers.insert(next.clone(), new);
                    open.push((new, next));
                    new
                }
            };
            if let Some(state) = automaton.states.get_mut(number) {
                state.edges.push((low, high, target));
            }
        }
    }
    let accepts_anything = automaton.states.iter().any(|state| state.accepts);
    Ok(Product { automaton, accepts_anything })
}

/// All code points, cut where any edge of any of the states begins or ends.
fn cuts(automata: &[&Automaton], joint: &Joint, effort: &Effort) -> Result<Vec<(u32, u32)>, TooComplex> {
    let mut begins = vec![0];
    for (automaton, states) in automata.iter().zip(joint) {
        for (low, high, _) in automaton.of(states).flat_map(|state| &state.edges) {
            effort.spend(1)?;
            begins.push(*low);
            begins.extend((*high < LAST).then(|| high + 1));
        }
    }
    begins.sort_unstable();
    begins.dedup();
    let ends = begins.iter().skip(1).map(|begin| begin - 1).chain([LAST]);
    Ok(begins.iter().copied().zip(ends).collect())
}

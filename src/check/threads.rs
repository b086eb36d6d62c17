//! Work shared out to threads. For the commits of a range and the files of a scan.

/// Lets every seat work in a thread of its own, and `own` in this one. Each says what came of which
/// position; all of it comes back in the order of positions. A panic of one is the caller's.
pub(super) fn in_threads<S: Send, T: Send>(
    seats: Vec<S>,
    own: impl FnOnce() -> Vec<(usize, T)>,
    work: impl Fn(S) -> Vec<(usize, T)> + Sync,
) -> Vec<T> {
    let mut done = std::thread::scope(|scope| {
        let workers: Vec<_> = seats
            .into_iter()
            .map(|seat| scope.spawn(|| work(seat)))
            .collect();
        let mut done = own();
        for worker in workers {
            match worker.join() {
                Ok(parts) => done.extend(parts),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_in_order_whoever_did_it() {
        let part = |seat: usize| vec![(seat + 3, 'b'), (seat, 'a')];
        let done = in_threads(vec![1, 2], || part(0), part);
        assert_eq!(done, ['a', 'a', 'a', 'b', 'b', 'b']);
    }

    #[test]
    #[should_panic(expected = "a worker's")]
    fn a_panic_is_not_lost() {
        in_threads(vec![()], Vec::<(usize, ())>::new, |()| panic!("a worker's"));
    }
}

// SPDX-License-Identifier: EUPL-1.2
//! One digest over many lines, as RFC 6962 makes it: a single line can be proved to be among them without the others.

use crate::digest::Digest;

/// A step from a line to the root: the digest that stands beside, and on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub left: bool,
    pub digest: Digest,
}

struct Node {
    height: u32,
    digest: Digest,
    /// The line whose path is wanted is below.
    wanted: bool,
}

/// Lines added one by one; of many lines it holds only a few digests.
#[derive(Default)]
pub struct Tree {
    /// Heights only decrease.
    nodes: Vec<Node>,
    path: Vec<Step>,
}

pub fn leaf(line: &str) -> Digest {
    let mut bytes = vec![0];
    bytes.extend(line.as_bytes());
    Digest::of(&bytes)
}

fn node(left: Digest, right: Digest) -> Digest {
    let mut bytes = vec![1];
    bytes.extend(left.0);
    bytes.extend(right.0);
    Digest::of(&bytes)
}

/// Where a path leads from a line.
pub fn root_by(line: &str, path: &[Step]) -> Digest {
    path.iter().fold(
        leaf(line),
        |below, step| {
            if step.left { node(step.digest, below) } else { node(below, step.digest) }
        },
    )
}

impl Tree {
    /// Adds a line; `wanted` if its path is to be known in the end.
    pub fn add(&mut self, line: &str, wanted: bool) {
        let mut last = Node { height: 0, digest: leaf(line), wanted };
        while let Some(before) = self.nodes.pop_if(|before| before.height == last.height) {
            last = self.join(&before, &last);
        }
        self.nodes.push(last);
    }

    fn join(&mut self, left: &Node, right: &Node) -> Node {
        if left.wanted {
            self.path.push(Step { left: false, digest: right.digest });
        }
        if right.wanted {
            self.path.push(Step { left: true, digest: left.digest });
        }
        Node { height: left.height + 1, digest: node(left.digest, right.digest), wanted: left.wanted || right.wanted }
    }

    /// The root, and the path of the wanted line.
    pub fn end(mut self) -> (Digest, Vec<Step>) {
        let Some(mut last) = self.nodes.pop() else { return (Digest::of(b""), Vec::new()) };
        while let Some(before) = self.nodes.pop() {
            last = self.join(&before, &last);
        }
        (last.digest, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Tree, root_by};

    #[test]
    fn every_line_has_a_path_to_the_root_and_no_other_line_has_it() {
        for count in 1..20 {
            for wanted in 0..count {
                let mut tree = Tree::default();
                (0..count).for_each(|n| tree.add(&n.to_string(), n == wanted));
                let (root, path) = tree.end();
                assert_eq!(root_by(&wanted.to_string(), &path), root, "{wanted} of {count}");
                assert_ne!(root_by("altro", &path), root);
            }
        }
    }
}

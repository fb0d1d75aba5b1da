// SPDX-License-Identifier: EUPL-1.2
//! From rhai's tree to ours: calls. Only verbs are called, and what is written in them is checked here.

use rhai::FnCallExpr;

use crate::names::closest;
use crate::value::Value;

use super::lower::{Lowering, Typed};
use super::names::{Verb, shown};
use super::tree::{Call, Kind, Node, Spot, Type};

impl Lowering<'_> {
    pub fn verb(&mut self, call: &FnCallExpr, here: Spot) -> Option<Node> {
        let arguments: Vec<Option<Typed>> = call.args.iter().map(|argument| self.expression(argument)).collect();
        let Some(verb) = Verb::named(&call.name) else { return self.unknown(&call.name, here) };
        if !verb.takes(call.args.len()) {
            let message = format!("`{}` con {} argomenti", verb.name(), call.args.len());
            return self.fault(here, message, format!("si scrive `{}`", verb.form()));
        }
        let arguments: Vec<Typed> = arguments.into_iter().collect::<Option<_>>()?;
        let mut fine = true;
        for (index, argument) in arguments.iter().enumerate() {
            let fits = match (verb.kinds(index, arguments.len()), argument.kind) {
                ((number, _), Type::Integer) => number,
                ((_, text), Type::Text) => text,
                _ => false,
            };
            if !fits {
                let message = format!("qui il verbo `{}` non prende {}", verb.name(), argument.kind.word());
                self.fault::<()>(argument.node.spot, message, format!("si scrive `{}`", verb.form()));
                fine = false;
            }
        }
        if !fine {
            return None;
        }
        let arguments: Vec<Node> = arguments.into_iter().map(|argument| argument.node).collect();
        let written: Vec<Option<&Value>> = arguments.iter().map(Node::written).collect();
        let ready = match self.names.word(verb, &written) {
            Ok(word) => word,
            Err(wrongs) => {
                for wrong in wrongs {
                    let place = arguments.get(wrong.argument).map_or(here, |argument| argument.spot);
                    self.fault::<()>(place, wrong.message, wrong.help.unwrap_or_default());
                }
                return None;
            }
        };
        let index = self.calls.len();
        self.calls.push(here);
        let call = Call { index, verb, arguments, ready };
        Some(Node { spot: here, kind: Kind::Speak(Box::new(call)) })
    }

    /// A function that is not a verb.
    pub fn unknown<T>(&mut self, name: &str, here: Spot) -> Option<T> {
        let verbs = Verb::ALL.map(Verb::name);
        let help = closest(name, verbs).map_or_else(
            || format!("uno script dice solo i verbi: {}", verbs.join(", ")),
            |near| format!("forse volevi dire `{near}`"),
        );
        self.fault(here, format!("il verbo `{}` è sconosciuto", shown(name)), help)
    }
}

//! Expressions read, written and worked out.

use proptest::prelude::*;

use super::parse::MAX_LENGTH;
use super::tree::{Operator, Part};
use super::*;

fn order(_: &str, _: &str) -> Option<std::cmp::Ordering> {
    None
}

fn at(text: &str, n: f64) -> Result<Term, String> {
    let tree = parse(text).map_err(|mistake| format!("{}: {}", &text[mistake.range], mistake.problem))?;
    let mut variables = |name: &str| match name {
        "n" => Ok(Term::Number(n)),
        "kind" => Ok(Term::Text("ring".to_owned())),
        _ => Err(Mistake::of_variable(format!("no `{name}`"), None)),
    };
    evaluate(&tree, &mut variables, order).map_err(|mistake| format!("{}: {}", &text[mistake.range], mistake.problem))
}

#[test]
fn numbers_are_what_they_look_like() {
    for (text, number) in [
        ("3", 3.0),
        ("0.1%", 0.001),
        ("7 %", 0.07),
        ("10k", 10_000.0),
        ("1.5M", 1_500_000.0),
        ("1_000", 1000.0),
        ("1e6", 1e6),
        ("1.5e-3", 0.0015),
        (".5", 0.5),
        ("2^10", 1024.0),
        ("10^15", 1e15),
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("1 - 2 - 3", -4.0),
        ("8 / 2 / 2", 2.0),
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-(-3)", 3.0),
        ("min(3, n, 2)", 2.0),
        ("max(3, n)", 100.0),
        ("ceil(ln(n))", 5.0),
        ("ceil(2*log2(n))", 14.0),
        ("floor(sqrt(n))", 10.0),
        ("round(n/8)", 13.0),
        ("abs(1-n)", 99.0),
        ("log10(n)", 2.0),
        // 0.07 × 100 is a little more than 7.
        ("ceil(7% * n)", 7.0),
        // So near to 0 it is 0.
        ("ceil(n/1e20)", 0.0),
        ("ceil(n/1e9)", 1.0),
        ("floor(0.29*n)", 29.0),
    ] {
        assert_eq!(at(text, 100.0), Ok(Term::Number(number)), "{text}");
    }
}

#[test]
fn powers_of_the_base_have_whole_logarithms() {
    for exponent in 0..=50 {
        let n = libm::pow(2.0, exponent.into());
        assert_eq!(at("ceil(log2(n))", n), Ok(Term::Number(exponent.into())), "2^{exponent}");
    }
    for exponent in 0..=15 {
        let n = format!("1e{exponent}").parse().unwrap();
        assert_eq!(at("ceil(log10(n))", n), Ok(Term::Number(exponent.into())), "10^{exponent}");
        assert_eq!(at("floor(log10(n))", n), Ok(Term::Number(exponent.into())), "10^{exponent}");
    }
}

#[test]
fn conditions_hold_or_not() {
    for (text, holds) in [
        ("n < 101 and n >= 100", true),
        ("n == 100 or 1/0 > 1", true),
        ("n != 100 and 1/0 > 1", false),
        ("not n > 100", true),
        ("not (n > 1 and n < 10)", true),
        ("kind == 'ring'", true),
        ("kind == \"line\"", false),
        ("true", true),
        ("(n > 1) == (n > 2)", true),
    ] {
        assert_eq!(at(text, 100.0), Ok(Term::Truth(holds)), "{text}");
    }
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    for (text, said) in [
        ("", ": an empty expression"),
        ("ciel(n)", "ciel: there is no function `ciel`"),
        ("2n", "2n: `2n` is not a number"),
        ("2 n", "n: an operator is missing before this"),
        ("(n", "(: this bracket is not closed"),
        ("n)", "): this bracket was never opened"),
        ("1,000", ",: a comma stands only between the numbers of min and max"),
        ("ln", "ln: `ln` is a function"),
        ("ln()", "ln(): `ln` takes one number, not 0"),
        ("ln(n, 2)", "ln(n, 2): `ln` takes one number, not 2"),
        ("min()", "min(): `min` takes at least one number, not 0"),
        ("2**3", "**: `**` does not belong in an expression"),
        ("n +", ": the expression ends too soon"),
        ("* n", "*: a number, a name or `(` is missing here"),
        ("1 < n < 3", "<: two comparisons in a row"),
        ("'a", "'a: this text does not end"),
        ("1/(n-100)", "1/(n-100): 1 / 0 is not a finite number"),
        ("2 * ln(n-100)", "ln(n-100): ln(0) is not a finite number"),
        ("sqrt(-1)", "sqrt(-1): sqrt(-1) is not a finite number"),
        ("1e999", "1e999: `1e999` is not a number that fits"),
        ("m + 1", "m: no `m`"),
        ("1 + (n > 2)", "(n > 2): a condition is not a number"),
        ("n and n > 2", "n: the number 100 is not a condition"),
        ("kind < 'x'", "kind < 'x': texts have no order: 'ring' < 'x'"),
        ("kind != 3", "kind != 3: the text 'ring' is not compared with the number 3"),
        ("n == 'ring'", "n == 'ring': the number 100 is not compared with the text 'ring'"),
        ("kind < 3", "kind < 3: the text 'ring' is not compared with the number 3"),
    ] {
        assert_eq!(at(text, 100.0), Err(said.to_owned()), "{text}");
    }
    let suggestion = |text: &str| parse(text).unwrap_err().suggestion.unwrap_or_default();
    assert_eq!(suggestion("ciel(n)"), "did you mean `ceil`?");
    assert_eq!(suggestion("log(n)"), "did you mean `ln`, `log2` or `log10`?");
    assert_eq!(suggestion("10K"), "write 10k for 10 thousand");
    assert_eq!(suggestion("2n"), "write a product with a star: 2*n");
    assert_eq!(suggestion("a = 1"), "write `==`");
}

#[test]
fn no_expression_goes_on_for_long_or_deep() {
    for text in [
        "(".repeat(300),
        "-".repeat(300),
        "not ".repeat(90),
        "2^".repeat(150),
        "ln(".repeat(100),
        format!("1{}", "+1".repeat(150)),
    ] {
        let problem = parse(&text).unwrap_err().problem;
        assert_eq!(problem, "more than 32 parts stand within each other", "{text}");
    }
    assert!(parse(&"1".repeat(401)).unwrap_err().problem.contains("401 characters"));
}

/// Trees of any shape that may be written.
fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        (0.0..1e12_f64).prop_map(Part::Number),
        (0_u32..1000).prop_map(|number| Part::Number(number.into())),
        "[a-z_][a-z_.]{0,8}"
            .prop_filter("a word of the language", |name| {
                !["and", "or", "not", "true", "false"].contains(&name.as_str()) && Function::named(name).is_none()
            })
            .prop_map(Part::Name),
        "[ -!#-&(-~]{0,6}".prop_map(Part::Text),
        any::<bool>().prop_map(Part::Truth),
    ];
    let tree = |part: Part| Tree { part, range: 0..0 };
    leaf.prop_map(tree).prop_recursive(4, 24, 3, move |inner| {
        let operators = prop::sample::select(Operator::ALL.map(|(_, operator)| operator).to_vec());
        let boxed = |tree: Tree| Box::new(tree);
        prop_oneof![
            (operators, inner.clone(), inner.clone()).prop_map(move |(operator, one, other)| Part::Two(
                operator,
                boxed(one),
                boxed(other)
            )),
            inner.clone().prop_map(move |of| Part::Negative(boxed(of))),
            inner.clone().prop_map(move |of| Part::Not(boxed(of))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| Part::Call(Function::Max, parts)),
            inner.prop_map(|of| Part::Call(Function::Log2, vec![of])),
        ]
        .prop_map(tree)
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(tree in trees()) {
        let text = tree.to_string();
        prop_assume!(text.chars().count() <= MAX_LENGTH);
        prop_assert_eq!(parse(&text).map_err(|mistake| mistake.problem), Ok(tree), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_by_a_mistake_within_it(text in ".{0,60}", n in 0.0..1e9_f64) {
        let mut variables = |_: &str| Ok(Term::Number(n));
        match parse(&text) {
            Err(mistake) => prop_assert!(text.get(mistake.range).is_some()),
            Ok(tree) => {
                let known = |term: Result<Term, Mistake>| match term {
                    Ok(Term::Number(number)) => number.is_finite(),
                    Ok(_) => true,
                    Err(mistake) => text.get(mistake.range).is_some(),
                };
                prop_assert!(known(evaluate(&tree, &mut variables, order)));
            }
        }
    }

    #[test]
    fn no_words_of_the_language_make_it_fail_otherwise(
        words in prop::collection::vec(prop::sample::select(vec![
            "n", "1", "2.5", "10k", "5%", "(", ")", "+", "-", "*", "/", "^", ",", "ceil", "ln(", "max(", "and", "or", "not", "<", "==",
            "'a'", "true", "a.b",
        ]), 0..16),
    ) {
        let text = words.join(" ");
        let mut variables = |_: &str| Ok(Term::Number(7.0));
        match parse(&text) {
            Err(mistake) => prop_assert!(text.get(mistake.range).is_some()),
            Ok(tree) => {
                if let Err(mistake) = evaluate(&tree, &mut variables, order) {
                    prop_assert!(text.get(mistake.range).is_some());
                }
            }
        }
    }
}

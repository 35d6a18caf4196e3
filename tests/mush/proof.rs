//! `mush doctor --prove` succeeds, its counts are right, and it leaves nothing behind.

use crate::support::World;

#[test]
fn the_doctor_proves_that_nothing_is_lost() {
    let mut world = World::new();
    let scratch = world.path("scratch");
    std::fs::create_dir(&scratch).unwrap();
    world.set("TMPDIR", &scratch);
    let said = world.ask(["doctor", "--prove", "--seed", "20260117"]);
    assert_eq!(said.code, Some(0), "{:#?}\n{}", said.out, said.err);
    let stages: Vec<&str> = said.out.iter().filter_map(|line| line["stage"].as_str()).collect();
    assert_eq!(stages.len(), 8, "{stages:?}");
    let proof = said.out.last().unwrap();
    let counted = ["lost", "twice", "orphans"].map(|word| proof[word].as_u64().unwrap());
    assert_eq!(counted, [0, 0, 0]);
    assert!(proof["killed"].as_u64().unwrap() >= 50, "{proof}");
    let detail = |stage: &str| {
        let line = said.out.iter().find(|line| line["stage"] == stage).unwrap();
        line["detail"].as_str().unwrap().to_owned()
    };
    assert!(detail("printed and recorded").contains("10 prompts"), "{:#?}", said.out);
    assert!(detail("a stop in the middle").starts_with("10 processes"), "{:#?}", said.out);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "its files are gone");
    assert!(world.rows(["stories"]).is_empty(), "the person's own directory is not touched");
}

//! Buttons: ids come back as what they were, fit the platform, and every label fits in every language.

use std::{fmt::Write as _, sync::Arc};

use sapa_core::{
    i18n::{Locale, Localizer, Texts},
    staff::Role,
    tickets::{Priority, Status},
};

use super::super::{
    buttons::{self, Closing, LABEL, Press, Reader, Subject},
    commands,
};

fn texts(locale: Locale) -> Localizer {
    let texts = Arc::new(Texts::load(None).expect("the texts load"));
    texts.localizer(locale, chrono_tz::Asia::Jakarta)
}

/// One of each, with ids as long as they get.
fn every_press() -> Vec<Press> {
    let id = || "0".repeat(26);
    let mut all = vec![
        Press::Work(id()),
        Press::Hold(id()),
        Press::HoldPlain(id()),
        Press::Done(id()),
        Press::Close(Closing::Standard, id()),
        Press::Close(Closing::Own, id()),
        Press::Close(Closing::Silent, id()),
        Press::Reopen(id()),
        Press::Escalate(id()),
        Press::EscalateNot(id()),
        Press::TakeOver(id()),
        Press::Make(id()),
        Press::MakeType(id(), id()),
        Press::End(id()),
        Press::To(id()),
        Press::Claim(id()),
        Press::Drop,
        Press::Never,
        Press::Template(id()),
        Press::Leave,
        Press::Correct(id()),
        Press::Late(format!("{}.12", id())),
        Press::KeepBack(format!("{}.12", id())),
        Press::Keep,
        Press::HandOver,
        Press::Online,
        Press::Next,
        Press::NotMe(id()),
        Press::Erase(id()),
        Press::DeadRetry(i64::MAX),
        Press::DeadAll(i64::MAX),
        Press::DeadOlder(i64::MAX),
    ];
    all.extend(Priority::ALL.map(|priority| Press::MakePriority(id(), id(), priority)));
    all.extend(Locale::ALL.map(Press::Speak));
    for about in [Subject::Ticket(id()), Subject::Talk(id())] {
        all.extend([
            Press::Reply(about.clone()),
            Press::Take(about.clone()),
            Press::Move(about.clone(), 0),
            Press::Move(about.clone(), 12),
            Press::Give(about.clone(), id()),
            Press::History(about.clone()),
            Press::Card(about),
        ]);
    }
    all
}

#[test]
fn an_id_comes_back_as_what_it_was_and_fits() {
    let mut seen = Vec::new();
    for press in every_press() {
        let id = press.id();
        assert!(id.len() <= 64, "{id} has {} bytes", id.len());
        assert_eq!(Press::parse(&id).as_ref(), Some(&press), "{id}");
        assert!(!seen.contains(&id), "{id} means two things");
        seen.push(id);
    }
}

#[test]
fn what_is_none_of_ours_is_nothing() {
    for id in [
        "",
        "work",
        "work:",
        "menu:open",
        "give:x",
        "mkp:a:z:b",
        "move:a:b",
        "keep:1",
        "lang:xx",
    ] {
        assert_eq!(Press::parse(id), None, "{id}");
    }
}

#[test]
fn every_label_fits_in_every_language() {
    for locale in Locale::ALL {
        let l = texts(locale);
        for press in every_press() {
            if press.key().is_none() && !matches!(press, Press::MakePriority(..) | Press::Speak(_))
            {
                continue;
            }
            let label = press.choice(&l).label;
            let long = label.encode_utf16().count();
            assert!(
                (1..=LABEL).contains(&long),
                "{locale:?}: {label} has {long}"
            );
            assert!(
                !label.starts_with("desk-"),
                "{label} is missing in {locale:?}"
            );
        }
    }
    let long = Press::To("x".into()).named("Raden Mas Bambang Sutrisno Adiwijaya 👨‍👩‍👧‍👦");
    assert!(long.label.encode_utf16().count() <= LABEL, "{}", long.label);
}

#[test]
fn a_card_offers_what_the_status_allows() {
    let label = |press: &Press| press.choice(&texts(Locale::Id)).label;
    let mut table = String::new();
    for status in Status::ALL {
        for (who, mine, works, leads) in [
            ("agent's own", true, true, false),
            ("lead", false, true, true),
            ("viewer", false, false, false),
        ] {
            let reader = Reader { mine, works, leads };
            let buttons: Vec<String> = buttons::of_ticket("t", status, reader)
                .iter()
                .map(label)
                .collect();
            let _ = writeln!(
                table,
                "{:<12} {who:<12} {}",
                status.as_str(),
                buttons.join(" · ")
            );
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn help_tells_each_role_what_it_may() {
    for locale in Locale::ALL {
        for role in [Role::Admin, Role::Agent, Role::Viewer] {
            let name = format!("help_{}_{}", role.as_str(), locale.code());
            insta::assert_snapshot!(name, commands::help_text(&texts(locale), role).to_plain());
        }
    }
}

//! One member of staff being talked with, inside the transaction that handles his message.

use sapa_core::{
    db,
    desk::Act,
    i18n::{Localizer, Value},
    inbox::Ephemeral,
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt},
    sessions::{self, Loaded},
    staff::{Permission, Staff},
};

use super::state::{Asked, State, VERSION, Waiting};
use crate::inbound::{FromStaff, Said};

/// A callback answer's longest text (Telegram Bot API: `answerCallbackQuery`).
const TOAST: usize = 200;

/// The talk.
pub struct Talk<'a, 't> {
    /// The work it does.
    pub act: &'a mut Act<'t>,
    /// With whom.
    pub me: Staff,
    /// In his language.
    pub l: Localizer,
    /// What he said or pressed.
    pub from: &'a FromStaff,
    toast: Option<String>,
    effects: Vec<Ephemeral>,
}

impl<'a, 't> Talk<'a, 't> {
    /// Begins.
    pub fn new(act: &'a mut Act<'t>, me: Staff, from: &'a FromStaff) -> Self {
        let l = act.localizer(me.locale);
        Self {
            act,
            me,
            l,
            from,
            toast: None,
            effects: Vec::new(),
        }
    }

    /// Ends: every press is answered, with words or without.
    pub fn end(mut self) -> Vec<Ephemeral> {
        if let Said::Choice {
            press: Some(press), ..
        } = &self.from.said
        {
            self.effects.push(Ephemeral::AnswerPress {
                press: press.clone(),
                text: self.toast,
            });
        }
        self.effects
    }

    /// Something for after the commit.
    pub fn afterwards(&mut self, effect: Ephemeral) {
        self.effects.push(effect);
    }

    /// May he?
    pub fn may(&self, permission: Permission) -> bool {
        self.me.role.permits(permission)
    }

    /// A text in his language.
    pub fn text(&self, key: &str, args: &[(&str, Value)]) -> Markup {
        self.l.text(key, args)
    }

    /// Says a sentence.
    pub async fn tell(&mut self, key: &str, args: &[(&str, Value)]) -> db::Result<()> {
        let text = self.l.text(key, args);
        self.say(Prompt::text(text)).await
    }

    /// Says something that is about no customer: a reply to it goes to nobody.
    pub async fn say(&mut self, prompt: Prompt) -> db::Result<()> {
        let row = self.row(prompt);
        outbox::enqueue(self.act, row).await.map(drop)
    }

    /// Says something about a customer: a reply to it is for them.
    pub async fn say_about(
        &mut self,
        prompt: Prompt,
        customer_id: &str,
        ticket_id: Option<&str>,
    ) -> db::Result<()> {
        let mut row = self.row(prompt);
        row.customer_id = Some(customer_id.to_owned());
        row.ticket_id = ticket_id.map(str::to_owned);
        outbox::enqueue(self.act, row).await.map(drop)
    }

    /// Asks something; an older question of the same sort that has not gone out yet is replaced.
    pub async fn ask(&mut self, prompt: Prompt, sort: &str) -> db::Result<()> {
        let mut row = self.row(prompt);
        row.supersede_key = Some(format!("{sort}:{}", row.recipient));
        outbox::enqueue(self.act, row).await.map(drop)
    }

    /// Tells something about a customer once, however often it comes up before it goes out.
    pub async fn ask_about(
        &mut self,
        prompt: Prompt,
        sort: &str,
        about: (&str, Option<&str>),
    ) -> db::Result<()> {
        let mut row = self.row(prompt);
        row.supersede_key = Some(format!("{sort}:{}:{}", row.recipient, about.0));
        row.customer_id = Some(about.0.to_owned());
        row.ticket_id = about.1.map(str::to_owned);
        outbox::enqueue(self.act, row).await.map(drop)
    }

    /// Puts what came of it in the place of the pressed question, so that its buttons are gone.
    pub async fn settle(&mut self, text: Markup) -> db::Result<()> {
        self.replace(Prompt::text(text)).await
    }

    /// Puts the next question in the place of the pressed one.
    pub async fn replace(&mut self, mut prompt: Prompt) -> db::Result<()> {
        if matches!(self.from.said, Said::Choice { .. }) {
            prompt.replaces = Some(self.from.external_id.clone());
        }
        self.say(prompt).await
    }

    /// A few words on top of the chat, in answer to a press.
    pub fn toast(&mut self, key: &str, args: &[(&str, Value)]) {
        let text = self.l.label(key, args);
        self.toast = Some(super::buttons::fitting(&text, TOAST));
    }

    /// Where he is. A state that cannot be read any more is cleared with a kind word.
    pub async fn state(&mut self) -> db::Result<State> {
        match sessions::load(self.act.tx, &self.person(), VERSION).await? {
            Loaded::State(state, _) => Ok(state),
            Loaded::None => Ok(State::default()),
            Loaded::Unreadable => {
                self.clear().await?;
                self.tell("desk-lost", &[]).await?;
                Ok(State::default())
            }
        }
    }

    /// Remembers where he is.
    pub async fn remember(&mut self, state: &State) -> db::Result<()> {
        if state.is_idle() {
            return self.clear().await;
        }
        let person = self.person();
        sessions::save(self.act, &person, VERSION, state).await
    }

    /// He was asked something that is answered with words.
    pub async fn asked(&mut self, asked: Option<Asked>) -> db::Result<()> {
        let state = State {
            asked,
            ..self.state().await?
        };
        self.remember(&state).await
    }

    /// Something waits to be sent, or nothing does any more.
    pub async fn keep(&mut self, waiting: Option<Waiting>) -> db::Result<()> {
        let state = State {
            waiting,
            ..self.state().await?
        };
        self.remember(&state).await
    }

    /// Nothing waits and nothing is asked any more.
    pub async fn clear(&mut self) -> db::Result<()> {
        let person = self.person();
        sessions::clear(self.act, &person).await
    }

    fn person(&self) -> String {
        format!("staff:{}", self.me.id)
    }

    fn row(&self, prompt: Prompt) -> NewRow {
        NewRow::new(
            &self.act.desk.settings.telegram,
            &self.from.account.chat,
            Class::Conversation,
            Content::Prompt(prompt),
        )
    }
}

//! Asks Meta how it treats us, and mends what can be mended from here: a subscription that is gone.

use async_trait::async_trait;
use sapa_core::{
    connection::{News, Webhook, watch::Watcher},
    desk::Desk,
    inbox::Channel,
};

use super::{account, answer::Answer, client::Client, wire::Object};

/// What is asked of the number. Left out of a plain question: the state, the limit and the health.
const NUMBER: &str = "display_phone_number,verified_name,name_status,quality_rating,status,throughput,\
     whatsapp_business_manager_messaging_limit,health_status";
/// As many pages of templates as are read: an account has 250 at most (Meta: error 2388019).
const PAGES: usize = 5;

/// Asks about one number.
pub struct WhatsAppWatch {
    desk: Desk,
    client: Client,
    business_account_id: Option<String>,
}

impl WhatsAppWatch {
    /// Whoever asks about this account; without its id the templates and the subscription are left out.
    pub fn new(desk: Desk, client: Client, business_account_id: Option<String>) -> Self {
        Self {
            desk,
            client,
            business_account_id,
        }
    }

    async fn subscription(&self, account: &str, app: Option<&str>) -> Option<News> {
        let path = [account, "subscribed_apps"];
        let answer = self.client.ask(&path, &[]).await?;
        if !answer.status.is_success() {
            return None;
        }
        if account::is_subscribed(&answer.object()?, app) {
            return Some(News::Webhook(Webhook::Ours));
        }
        let done = self.client.command(&path).await;
        let done = done.is_some_and(|answer| {
            let object = answer.object();
            answer.status.is_success() && object.is_some_and(|object| object.is_true("success"))
        });
        Some(News::Webhook(if done {
            tracing::warn!("Meta had our app no longer subscribed to the account; it is again");
            Webhook::Mended
        } else {
            Webhook::Missing
        }))
    }

    /// Every template, and those that the desk speaks with although there are none such. `None`: not everything could be read.
    async fn templates(&self, account: &str) -> Option<Vec<News>> {
        let mut news = Vec::new();
        let mut after = String::new();
        for _ in 0..PAGES {
            let mut query = vec![("fields", "name,language,status"), ("limit", "100")];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let answer = self
                .client
                .ask(&[account, "message_templates"], &query)
                .await?;
            let object = answer.object().filter(|_| answer.status.is_success())?;
            let page = object.objects("data");
            news.extend(
                page.iter()
                    .filter_map(|one| account::template(one, "status")),
            );
            let paging = object.object("paging");
            let next = paging
                .filter(|paging| paging.has("next"))
                .and_then(|paging| paging.object("cursors")?.text("after"));
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        let settings = &self.desk.settings;
        let used = [
            &settings.notice_template,
            &settings.reopen_template,
            &settings.otp_template,
        ];
        for (name, language) in used.into_iter().flatten() {
            let known = |news: &News| matches!(news, News::Template { name: n, language: l, .. } if n == name && l == language);
            if !news.iter().any(known) {
                news.push(News::Template {
                    name: name.clone(),
                    language: language.clone(),
                    status: "MISSING".to_owned(),
                });
            }
        }
        Some(news)
    }
}

/// The code of a refusal that says that the token is no good. (Others are about what was asked: a token may send without being allowed to
/// look around.)
fn refusal(answer: &Answer) -> Option<String> {
    let code = answer.object()?.object("error")?.id("code")?;
    matches!(code.as_str(), "0" | "102" | "190" | "463" | "467").then_some(code)
}

#[async_trait]
impl Watcher for WhatsAppWatch {
    fn channel(&self) -> &Channel {
        self.client.channel()
    }

    async fn look(&mut self) -> Vec<News> {
        let Some(mut answer) = self.client.about_number(Some(NUMBER)).await else {
            return Vec::new();
        };
        if answer.status.is_client_error() && refusal(&answer).is_none() {
            // A version that does not know one of the fields refuses them all.
            match self.client.about_number(None).await {
                Some(plain) => answer = plain,
                None => return Vec::new(),
            }
        }
        if let Some(code) = refusal(&answer) {
            return vec![News::Refused { code }];
        }
        let object = answer.object().filter(|_| answer.status.is_success());
        let Some(object) = object else {
            return Vec::new();
        };
        let mut news = vec![News::Answered];
        news.extend(account::number(&object));
        let token = self.client.about_token().await;
        let token = token
            .as_ref()
            .filter(|answer| answer.status.is_success())
            .and_then(Answer::object)
            .and_then(|object: Object<'_>| account::token(&object));
        let app = token.map(|(token, app)| {
            news.push(token);
            app
        });
        match self.business_account_id.clone() {
            Some(account) => {
                let app = app.flatten();
                news.extend(self.subscription(&account, app.as_deref()).await);
                news.extend(self.templates(&account).await.unwrap_or_default());
            }
            None => news.push(News::Webhook(Webhook::Unasked)),
        }
        news
    }
}

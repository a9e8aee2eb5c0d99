# How we are connected with WhatsApp and Telegram: alerts for admins, and the /status screen.

connection-whatsapp = WhatsApp
connection-telegram = Telegram

## Alerts: something is wrong

connection-token-refused = 🔑 <b>The WhatsApp token is refused or has expired</b> (code { $code }). Messages to customers are waiting; none is lost.
    Make a new token in Meta Business Suite → Settings → System users, then set SAPA_WHATSAPP__ACCESS_TOKEN and restart Sapa.
connection-refused-whatsapp = ⚠️ <b>WhatsApp refuses our account</b> (code { $code }). Messages to customers are waiting; none is lost.
    Check the account's status and payment in Meta Business Suite → WhatsApp Manager; once that is mended, everything goes out by itself.
connection-refused-telegram = 🔑 <b>Telegram refuses this bot</b> (code { $code }).
    Get the token from @BotFather, then set SAPA_TELEGRAM__TOKEN and restart Sapa.
connection-alert-quality-yellow = 🟡 <b>The WhatsApp number's quality has dropped to medium.</b>
    Customers begin to block or report our messages. Send fewer promotions, and only to those who asked for them.
connection-alert-quality-red = 🔴 <b>The WhatsApp number's quality is low.</b>
    Many customers block or report our messages; the sending limit may be lowered. Stop promotions for now, and see the details in WhatsApp Manager → Insights.
connection-alert-number = ⚠️ <b>The WhatsApp number's status: { $value }.</b>
    WhatsApp Manager → Phone numbers explains it.
connection-alert-sending-limited = 🟡 <b>WhatsApp limits what we send.</b> { $detail }
    See what Meta asks for in WhatsApp Manager → Overview.
connection-alert-sending-blocked = 🔴 <b>WhatsApp does not let us send.</b> { $detail }
    Do what Meta asks for in WhatsApp Manager → Overview; what waits goes out after that.
connection-alert-name-rejected = ⚠️ <b>Meta refused the business name "{ $detail }".</b>
    Ask for another one in WhatsApp Manager → Phone numbers.
connection-alert-account-in-review = 🟡 <b>Meta is reviewing the WhatsApp Business account.</b> That usually ends by itself; keep an eye on WhatsApp Manager.
connection-alert-account-rejected = 🔴 <b>Meta rejected the WhatsApp Business account.</b>
    Appeal in Meta Business Suite → Account quality.
connection-alert-account-violation = ⚠️ <b>Meta noted a violation: { $detail }.</b>
    Check it, and appeal if it is wrong, in Meta Business Suite → Account quality.
connection-alert-account-restricted = 🔴 <b>The WhatsApp Business account is restricted</b> ({ $detail }). { $when }
    Meta Business Suite → Account quality tells why and for how long.
connection-alert-account-shut-soon = 🔴 <b>Meta is going to disable our WhatsApp Business account.</b>
    Appeal soon in Meta Business Suite → Account quality.
connection-alert-account-shut = ⛔ <b>Meta has disabled the WhatsApp Business account.</b>
    Appeal in Meta Business Suite → Account quality. Sapa keeps everything until it is open again.
connection-alert-account-deleted = ⛔ <b>The WhatsApp Business account was deleted.</b>
    If that was a mistake, contact Meta's support; for another account, change the whatsapp.* settings and restart Sapa.
connection-alert-account-offboarded = ⛔ <b>The WhatsApp number has left this connection.</b>
    Register it again in WhatsApp Manager → Phone numbers.
connection-alert-token-ending = 🔑 <b>The WhatsApp token ends { $when }</b> ({ $left } left).
    Make one that does not expire in Meta Business Suite → Settings → System users, then set SAPA_WHATSAPP__ACCESS_TOKEN and restart Sapa.
connection-alert-token-dead = 🔑 <b>The WhatsApp token is no longer valid.</b>
    Make a new token in Meta Business Suite → Settings → System users, then set SAPA_WHATSAPP__ACCESS_TOKEN and restart Sapa.
connection-alert-webhook-missing = 🔴 <b>WhatsApp messages do not reach Sapa:</b> our app is no longer subscribed to this account, and I could not mend that myself.
    Check that the token has whatsapp_business_management, then the webhook's subscription in Meta → App → WhatsApp → Configuration.
connection-alert-webhook-telegram = 🔴 <b>Telegram's webhook does not point to Sapa,</b> and I could not set it again.
    Check http.public_url and its certificate.
connection-alert-backlog-failing = 🟡 <b>Telegram cannot hand messages over to Sapa</b> ({ $count } waiting): { $detail }
    Check http.public_url, the certificate, and that this server can be reached from outside.
connection-alert-polling-shared = 🔴 <b>Another program uses the same bot token,</b> so some of the staff's messages may not reach Sapa.
    Stop that program, or make a new token with @BotFather, set SAPA_TELEGRAM__TOKEN and restart Sapa.
connection-alert-template = 🟡 The template <b>{ $name }</b> ({ $language }) is now { $value }. WhatsApp Manager → Message templates tells why.
connection-alert-template-used = 🔴 <b>The template { $name } ({ $language }) that Sapa uses is now { $value }.</b>
    Notices outside the 24-hour window do not go out. Mend it in WhatsApp Manager → Message templates, or choose another one in whatsapp.templates.

## Alerts: mended, or worth knowing

connection-accepted = ✅ { $channel } accepts us again after { $after }. What waited is going out.
connection-recovered = ✅ { $channel }: { $subject } is well again after { $after }.
connection-told-limit = ℹ️ WhatsApp's limit changed from { $from } to { $to }.
connection-told-throughput-high = 🚀 WhatsApp has raised this number's rate to up to 1,000 messages a second. Raise whatsapp.messages_per_second if you need it.
connection-told-throughput-standard = ℹ️ WhatsApp's rate is back to 80 messages a second. Make sure that whatsapp.messages_per_second is not above that.
connection-told-name = ✅ Meta has approved the business name "{ $name }".
connection-told-alert = ℹ️ A notice from Meta: { $value }. Details in WhatsApp Manager.
connection-told-alert-critical = 🔴 <b>An important notice from Meta: { $value }.</b> Details in WhatsApp Manager.
connection-told-security = 🔐 The WhatsApp number's security: { $value }. If that was not you, change the two-step PIN in WhatsApp Manager at once.
connection-told-category = ℹ️ Meta has moved the template <b>{ $name }</b> from { $from } to { $to }; its price may change.
connection-told-webhook-mended = ✅ WhatsApp's webhook subscription was gone, and I have set it again. What came in between may not have reached us.
connection-told-webhook-stolen = ⚠️ Somebody turned Telegram's webhook elsewhere, and I have turned it back. If that was not you, make a new token with @BotFather, set SAPA_TELEGRAM__TOKEN and restart Sapa.

## Names of the parts

connection-subject-access = account
connection-subject-account = business account
connection-subject-backlog = handing over
connection-subject-limit = limit
connection-subject-name = business name
connection-subject-number = number
connection-subject-polling = polling
connection-subject-quality = the number's quality
connection-subject-sending = sending
connection-subject-throughput = rate
connection-subject-token = token
connection-subject-webhook = webhook
connection-subject-template = template { $name } ({ $language })

## States

connection-until = Until { $when }.
connection-value-access-accepted = accepted
connection-value-access-refused = refused (code { $detail })
connection-value-quality-green = high
connection-value-quality-yellow = medium
connection-value-quality-red = low
connection-value-quality-unknown = not rated yet
connection-value-sending-available = allowed
connection-value-sending-limited = limited
connection-value-sending-blocked = not allowed
connection-value-name-approved = approved
connection-value-name-pending = under review
connection-value-name-rejected = refused
connection-value-throughput-standard = 80 messages a second
connection-value-throughput-high = 1,000 messages a second
connection-value-throughput-unknown = not known yet
connection-value-account-fine = well
connection-value-account-in-review = under review
connection-value-account-rejected = rejected
connection-value-account-violation = a violation ({ $detail })
connection-value-account-restricted = restricted ({ $detail }) { $when }
connection-value-account-shut-soon = will be disabled
connection-value-account-shut = disabled
connection-value-account-deleted = deleted
connection-value-account-offboarded = has left
connection-value-token-lasting = does not expire
connection-value-token-until = valid until { $when }
connection-value-token-ending = ends { $when }
connection-value-token-dead = not valid
connection-value-webhook-ours = set
connection-value-webhook-polled = not used (Sapa asks)
connection-value-webhook-unasked = cannot be checked: whatsapp.business_account_id is not set
connection-value-webhook-missing = not set
connection-value-polling-alone = only Sapa
connection-value-polling-shared = another program too
connection-value-limit = { $people ->
    [one] { $people } person a day
   *[other] { $people } people a day
}
connection-value-limit-unlimited = unlimited

## The /status screen

desk-command-status = How the desk is connected
desk-status-head = <b>Connections</b> · { $when }
desk-status-channel = { $mark } <b>{ $channel }</b>
desk-status-line = { $mark } { $subject }: { $value }
desk-status-line-since = { $mark } { $subject }: { $value } · since { $when }
desk-status-unknown = not known yet
desk-status-templates = { $mark } templates: { $good } of { $all } ready
desk-status-template = { $mark } { $subject }: { $value }
desk-status-no-templates = templates: none known
desk-status-backlog = { $mark } waiting at Telegram: { $count }
desk-status-backlog-failing = { $mark } waiting at Telegram: { $count } · { $detail }
desk-status-nothing-waits = Queue: empty
desk-status-waits = Queue: { $outgoing } out, { $incoming } in · oldest { $age }
desk-status-dead = Given up: { $count }
desk-status-seen = checked { $when }

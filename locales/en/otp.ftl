# One-time codes.
otp-login =
    Your login code: <code>{ $code }</code>

    It is good for 10 minutes. Give it to nobody, not even to our staff.
otp-change-phone =
    The code to change your account's WhatsApp number: <code>{ $code }</code>

    It is good for 10 minutes. Give it to nobody, not even to our staff.
otp-change-email =
    Your code to change your e-mail address: <code>{ $code }</code>

    Good for 10 minutes. Give it to nobody, not even to our staff.
otp-staff =
    Your login code: <code>{ $code }</code>

    Asked for from <b>{ $address }</b> ({ $browser }). It is good for 10 minutes.
    If that was not you, press the button below.
otp-staff-in-chat =
    Your login code: <code>{ $code }</code>

    Asked for by <b>/login</b> in this chat. It is good for 10 minutes.
    If that was not you, press the button below.
otp-unknown-browser = an unknown browser
otp-button-not-me = Not me
otp-disowned = All right. That code is worth nothing now, and requests from that address are refused for an hour.
otp-disowned-used = That code was used to log in already. All your logins on the pages have been ended. Tell your admin at once.
portal-number-changed = The WhatsApp number of your account with { $desk } has just been changed. If that was not you, reply to this message at once.

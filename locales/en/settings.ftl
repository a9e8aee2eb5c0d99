# Settings that admins can change while the desk runs.

desk-command-settings = Settings: name, language, time zone
setting-name = Name of the business
setting-time-zone = Time zone
setting-locale = Language
setting-default-region = Country of phone numbers
setting-currency = Currency
setting-hint-name = 1 to 60 letters, such as Kopi Senja
setting-hint-time-zone = such as Asia/Jakarta or Asia/Makassar
setting-hint-locale = id or en
setting-hint-default-region = two letters, such as ID
setting-hint-currency = three letters, such as IDR
setting-head = <b>Settings</b>
setting-line = { $what }: <b>{ $value }</b> · <code>{ $key }</code>
setting-foot = To change one, for example: <code>/settings name Kopi Senja</code>
setting-how = { $what }: { $hint }. To change it: <code>/settings { $key } …</code>
setting-unknown = There is no setting "{ $typed }". There are: { $known }.
setting-refused = { $what } cannot be "{ $typed }". Try { $hint }.
setting-changed = { $what } is now <b>{ $after }</b> (it was { $before }).

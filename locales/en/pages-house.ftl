# Pages: ticket types, settings, one customer's data.
pages-types = Ticket types
pages-settings = Settings
pages-position = Order
pages-type-new = New type
pages-types-none = There are no ticket types yet. Without any, customers are put through to a person at once.
pages-type-on = offered
pages-type-off = switched off
pages-type-keywords = Words that speak for this type, separated by commas
pages-type-limit = Time limit { $priority } (minutes)
pages-type-switch-off = Do not offer it any more
pages-type-switch-on = Offer it again
pages-type-remove = Remove this type …
pages-type-used = There are tickets of this type, so it cannot be removed, only switched off.
pages-type-no-name = Give it a name of at most 24 letters.
pages-type-name-taken = Another type has that name.
pages-type-no-minutes = A time limit is at least a minute and at most a year.
pages-type-no-keywords = At most 100 words of 40 letters each.
pages-settings-means = They hold at once, without a restart. Every change is recorded.
pages-done-erasing = The data is being erased. You will hear on Telegram when it is done.
pages-person = This person's data
pages-person-take = Download all data
pages-person-erase = Erase for good …
pages-erase-title = Erase all data of { $name }?
pages-erase-goes = Gone for good: name, numbers, address, what all tickets say, and
pages-erase-messages = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
pages-erase-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
pages-erase-sessions = { $count ->
    [one] { $count } portal session
   *[other] { $count } portal sessions
}
pages-erase-stays = Kept without content:
pages-erase-tickets = { $count ->
    [one] { $count } ticket number
   *[other] { $count } ticket numbers
}
pages-erase-invoices = { $count ->
    [one] { $count } invoice
   *[other] { $count } invoices
}

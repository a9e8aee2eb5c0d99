# What stands around customers' messages in an agent's chat.

# $name: the customer's name.
relay-heading = <b>{ $name }</b>
relay-contacts = <i>Contact card:</i>
relay-order = <i>Order from the catalogue:</i>
relay-unsupported = <i>(a kind of message that cannot be shown here)</i>
relay-file-later = <i>(there is a file with this; it follows as soon as we have it)</i>
relay-twice = <i>(this may have been sent twice)</i>
relay-file-failed = <i>(there is a file with this, but it could not be fetched)</i>

# How far an agent's message has come, as a line below it.
tick-sent = 🕊 sent
tick-delivered = 👌 delivered
tick-read = 👀 read

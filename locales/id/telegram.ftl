# Yang menyertai pesan pelanggan di obrolan petugas.

# $name: nama pelanggan.
relay-heading = <b>{ $name }</b>
relay-contacts = <i>Kartu kontak:</i>
relay-order = <i>Pesanan dari katalog:</i>
relay-unsupported = <i>(jenis pesan ini tidak bisa ditampilkan di sini)</i>
relay-file-later = <i>(ada berkasnya; menyusul begitu sudah kami terima)</i>
relay-twice = <i>(mungkin terkirim dua kali)</i>
relay-file-failed = <i>(ada berkasnya, tetapi tidak bisa diambil)</i>

# Sejauh mana pesan petugas sudah sampai, sebagai baris di bawahnya.
tick-sent = 🕊 terkirim
tick-delivered = 👌 sampai
tick-read = 👀 dibaca

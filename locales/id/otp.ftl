# Kode sekali pakai.
otp-login =
    Kode masuk Anda: <code>{ $code }</code>

    Berlaku 10 menit. Jangan berikan kepada siapa pun, termasuk petugas kami.
otp-change-phone =
    Kode untuk mengganti nomor WhatsApp akun Anda: <code>{ $code }</code>

    Berlaku 10 menit. Jangan berikan kepada siapa pun, termasuk petugas kami.
otp-change-email =
    Kode untuk mengganti alamat e-mail Anda: <code>{ $code }</code>

    Berlaku 10 menit. Jangan berikan kepada siapa pun, termasuk petugas kami.
otp-staff =
    Kode masuk Anda: <code>{ $code }</code>

    Diminta dari <b>{ $address }</b> ({ $browser }). Berlaku 10 menit.
    Jika bukan Anda yang memintanya, tekan tombol di bawah.
otp-staff-in-chat =
    Kode masuk Anda: <code>{ $code }</code>

    Diminta lewat <b>/login</b> di chat ini. Berlaku 10 menit.
    Jika bukan Anda yang memintanya, tekan tombol di bawah.
otp-unknown-browser = peramban tidak dikenal
otp-button-not-me = Bukan saya
otp-disowned = Baik. Kode itu tidak berlaku lagi, dan permintaan dari alamat itu kami tolak selama satu jam.
otp-disowned-used = Kode itu sudah dipakai untuk masuk. Semua sesi Anda di halaman kerja sudah kami akhiri. Segera hubungi admin Anda.
portal-number-changed = Nomor WhatsApp akun Anda di { $desk } baru saja diganti. Jika bukan Anda yang menggantinya, segera balas pesan ini.

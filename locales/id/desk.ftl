# Sisi petugas (Telegram): kartu, tombol, perintah, dan apa yang terjadi dengan pesan mereka.

## Kartu

desk-card-head = <b>{ $number }</b> · { $type } · <b>{ $priority }</b>
desk-card-person = <b>{ $name }</b> · { $phone }
desk-card-person-only = <b>{ $name }</b>
desk-card-words = "{ $words }"
desk-card-due = Selesai sebelum { $when } ({ $left })
desk-card-late = ⏰ Seharusnya selesai { $when }, terlambat { $late }
desk-card-status = Status: { $status }
desk-card-with = Ditangani { $agent }
desk-card-status-with = { $status } · ditangani { $agent }
desk-card-escalation = 🔺 Eskalasi dari { $who } ({ $when }): "{ $reason }"
desk-card-page = Halaman: { $link }
desk-card-ended = { $status } setelah { $after }
desk-card-talk = Ingin bicara dengan petugas
desk-card-became-ticket = Percakapan dengan <b>{ $name }</b> sudah menjadi tiket.
desk-card-talk-ended = Percakapan dengan <b>{ $name }</b> sudah selesai.
desk-card-others = <b>{ $name }</b> sekarang ditangani { $agent }.
desk-card-nobodys = <b>{ $name }</b> tidak lagi Anda tangani.
desk-window-closes = Jendela WhatsApp: tutup dalam { $left } ({ $when })
desk-window-closed = Jendela WhatsApp: sudah tutup
desk-window-never = Jendela WhatsApp: belum terbuka

desk-files-image = { $count } foto
desk-files-video = { $count } video
desk-files-audio = { $count } audio
desk-files-voice = { $count } pesan suara
desk-files-document = { $count } dokumen
desk-files-sticker = { $count } stiker
desk-files-location = { $count } lokasi
desk-files-contacts = { $count } kontak

## Tombol (paling panjang 24)

desk-button-reply = Balas
desk-button-work = Kerjakan
desk-button-hold = Tunda
desk-button-hold-plain = Tanpa alasan
desk-button-done = Selesai
desk-button-move = Serahkan
desk-button-more = Lainnya…
desk-button-history = Riwayat
desk-button-take = Ambil
desk-button-take-over = Ambil alih
desk-button-escalate = Eskalasi
desk-button-reopen = Buka lagi
desk-button-make = Jadikan tiket
desk-button-end = Akhiri
desk-button-close-standard = Kirim pesan standar
desk-button-close-own = Tulis sendiri
desk-button-close-silent = Tanpa pesan
desk-button-claim = Ambil dan kirim
desk-button-drop = Jangan kirim
desk-button-never = Batal
desk-button-template = Templat: kabar tiket
desk-button-leave = Biarkan
desk-button-correct = Kirim koreksi
desk-button-keep = Tetap saya tangani
desk-button-hand-over = Serahkan
desk-button-online = Mulai bertugas
desk-button-next = Ambil berikutnya

## Jawaban singkat atas tombol

desk-toast-stale = Pilihan itu sudah tidak berlaku.
desk-toast-not-permitted = Anda tidak punya izin untuk itu.
desk-toast-others = Sekarang ditangani { $agent }.
desk-toast-status = Tiket ini: { $status }.
desk-toast-waiting = Percakapan ini sedang menunggu di antrean.
desk-toast-over = Percakapan ini sudah selesai.
desk-toast-already-yours = Ini memang sudah Anda tangani.
desk-toast-taken = { $name } sekarang Anda tangani.
desk-toast-became-ticket = Sudah menjadi tiket { $number }.
desk-toast-focus = Tulis saja, langsung ke { $name }.
desk-toast-working = Selamat bekerja. Pelanggan sudah dikabari.
desk-toast-working-untold = Selamat bekerja. Pelanggan belum bisa dikabari: jendela WhatsApp-nya tutup.
desk-toast-reopened = Tiket dibuka lagi dan Anda yang menanganinya.
desk-toast-reopen-too-late = Tiket ini sudah tidak bisa dibuka lagi.
desk-toast-told-already = Pelanggan sudah dikabari.
desk-toast-ended = Percakapan dengan { $name } selesai.
desk-toast-template-already = Templat baru saja dikirim ke { $name }.

## Masuk pertama kali

desk-welcome = Selamat datang, <b>{ $name }</b>. Akun Telegram ini sekarang terhubung sebagai { $role }.
desk-welcome-online = Anda belum bertugas. Tekan tombol di bawah atau kirim /online begitu siap; pelanggan berikutnya langsung masuk ke sini. /help menjelaskan sisanya.
desk-welcome-viewer = /help menunjukkan apa yang bisa Anda lihat.
desk-welcome-pages = Untuk halaman staf, nama pengguna Anda <b>{ $name }</b>; /login memberi tautannya.
desk-welcome-back = Halo lagi, <b>{ $name }</b>. Status Anda: { $availability }.
desk-invite-unknown = Undangan ini tidak dikenal. Periksa lagi tautannya, atau minta yang baru kepada admin.
desk-invite-used = Undangan ini sudah dipakai. Minta yang baru kepada admin bila itu bukan Anda.
desk-invite-expired = Undangan ini sudah lewat 24 jam. Minta yang baru kepada admin.
desk-invite-taken = Akun Telegram ini sudah terhubung dengan petugas lain.
desk-stranger = Halo, ini ruang kerja petugas { $desk }. Kalau Anda petugas, mintalah tautan undangan kepada admin.
desk-sorry = Maaf, ada gangguan di pihak kami dan pesan itu tidak dikirim ke siapa pun. Coba kirim lagi; kalau tetap begini, kabari admin.
desk-sorry-press = Maaf, ada gangguan di pihak kami dan tombol itu tidak berfungsi. Coba tekan lagi; kalau tetap begini, kabari admin.
desk-lost = Saya lupa sampai di mana kita tadi. Maaf, silakan ulangi.

## Perintah

desk-command-online = Mulai bertugas
desk-command-away = Rehat: tidak menerima pelanggan baru
desk-command-offline = Selesai bertugas
desk-command-tickets = Tiket dan percakapan Anda
desk-command-ticket = Buka satu tiket: /ticket 7K3M9QXA
desk-command-next = Ambil yang paling lama menunggu
desk-command-find = Cari di antara tugas Anda: /find modem
desk-command-language = Ganti bahasa
desk-command-cancel = Batalkan yang sedang ditanyakan
desk-command-help = Bantuan
desk-command-start = Mulai
desk-unknown = Perintah itu tidak saya kenal. /help menunjukkan semuanya. Pesan yang diawali "/" tidak pernah dikirim ke pelanggan.
desk-unknown-near = Perintah itu tidak saya kenal. Maksud Anda { $near }?
desk-not-permitted = Perintah itu bukan untuk { $role }. /help menunjukkan yang bisa Anda pakai.
desk-help-intro = <b>Cara kerjanya</b>
    Balas (reply) pesan atau kartu pelanggan: jawaban Anda langsung sampai kepadanya. Tombol Balas di kartu mengarahkan tulisan Anda ke pelanggan itu selama 10 menit. Reaksi di pesan Anda: 🕊 terkirim, 👌 sampai, 👀 dibaca.
desk-help-intro-viewer = <b>Anda bisa melihat-lihat</b>
    Anda bisa membaca tiket, tetapi tidak menjawab pelanggan.
desk-help-line = { $command } – { $what }
desk-language-ask = Mau pakai bahasa apa?
desk-language-set = Baik, mulai sekarang { $language }.
desk-cancelled = Baik, tidak jadi.
desk-cancelled-kept = Baik, pesan yang tersimpan tadi tidak dikirim ke siapa pun.
desk-cancelled-focus = Baik, tulisan Anda berikutnya tidak diarahkan ke siapa pun.
desk-cancelled-nothing = Tidak ada yang perlu dibatalkan.
desk-viewer = Anda bisa membaca tiket, tetapi tidak menjawab pelanggan. /help menunjukkan yang bisa Anda pakai.
desk-reachable-again = Senang Anda kembali. Anda belum bertugas; kirim /online begitu siap.

## Datang, rehat, pulang

desk-online = Anda bertugas. Pelanggan berikutnya langsung masuk ke sini.
desk-online-already = { $has ->
    [0] Anda memang sedang bertugas. Belum ada yang masuk.
   *[other] Anda memang sedang bertugas, dengan { $has } percakapan.
}
desk-online-has = Anda bertugas lagi. Masih ada { $has } percakapan yang Anda tangani; lihat /tickets.
desk-online-work = Anda bertugas. { $new } pelanggan yang menunggu langsung masuk ke Anda.
desk-away = { $has ->
    [0] Anda rehat; tidak ada pelanggan baru yang masuk.
   *[other] Anda rehat; tidak ada pelanggan baru yang masuk. { $has } percakapan tetap Anda tangani.
}
desk-offline = Anda selesai bertugas. Sampai jumpa.
desk-offline-ask = Anda selesai bertugas; tidak ada pelanggan baru yang masuk. Masih ada { $has } percakapan: tetap Anda tangani, atau serahkan ke rekan?
desk-offline-kept = Baik, { $has } percakapan tetap Anda tangani. Pesan pelanggannya tetap masuk ke sini.
desk-hand-over-online = Anda sedang bertugas lagi, jadi semuanya tetap Anda tangani. Kirim /offline bila mau pulang.
desk-handed-over = Baik, { $count } percakapan diserahkan.
desk-handed-over-to = Sekarang ditangani { $agents }.
desk-handed-over-waiting = { $count } percakapan menunggu di antrean sampai ada yang siap.

## Daftar

desk-tickets = <b>Tugas Anda: { $count }</b>
desk-tickets-line = <b>{ $number }</b> · { $name }
    { $title } · { $status } · sebelum { $due }
desk-tickets-new = <b>{ $number }</b> · { $name }
    { $title } · baru · sebelum { $due }
desk-tickets-talk = <b>{ $name }</b> · percakapan tanpa tiket
desk-tickets-more = … dan { $count } lagi. Cari dengan /find.
desk-tickets-none = Tidak ada tugas untuk Anda sekarang.
desk-tickets-none-away = Tidak ada tugas untuk Anda, dan Anda sedang tidak bertugas.
desk-find = <b>Cocok dengan "{ $words }"</b>
desk-find-none = Tidak ada yang cocok dengan "{ $words }" di antara tugas Anda.
desk-find-what = Cari apa? Misalnya: /find modem
desk-next-none = Tidak ada yang menunggu. Bagus.
desk-ticket-which = Tiket yang mana? Misalnya: /ticket 7K3M9QXA
desk-ticket-unreadable = "{ $typed }" bukan nomor tiket. Nomornya seperti TKT-7K3M9QXA.
desk-ticket-unknown = Tidak ada tiket { $number }. Periksa lagi huruf dan angkanya.
desk-ticket-others = Tiket itu ditangani { $agent }.
desk-ticket-not-yours = Tiket itu bukan tugas Anda.
desk-ticket-waiting = Tiket itu masih menunggu petugas.

## Mengerjakan

desk-focus = Tulis saja. Selama 10 menit pesan Anda sampai ke <b>{ $name }</b>, kecuali ada pelanggan lain yang menulis.
desk-hold-ask = Kenapa ditunda? Tulis alasannya; { $name } ikut membacanya.
desk-hold-words = Tulis alasannya dengan kata-kata ya, atau pilih "Tanpa alasan".
desk-hold-not-yours = Tiket itu tidak lagi Anda tangani, jadi tidak ditunda.
desk-hold-stale = Tidak bisa ditunda lagi. Tiket ini: { $status }.
desk-held = Ditunda, dan { $name } sudah dikabari. Tekan Kerjakan begitu bisa lanjut.
desk-held-untold = Ditunda. { $name } belum bisa dikabari: jendela WhatsApp-nya tutup.
desk-resolved = Selesai setelah { $after }. Pesan penutup untuk <b>{ $name }</b>? Tanpa pilihan, pesan standar terkirim dalam 10 menit.
desk-close-write = Tulis pesan penutup untuk <b>{ $name }</b>.
desk-close-stale = Pesan penutup itu sudah tidak berlaku, jadi tidak dikirim.
desk-closed-standard = Selesai. { $name } menerima pesan standar.
desk-closed-untold = Selesai. { $name } belum bisa dikabari: jendela WhatsApp-nya tutup.
desk-closed-own = Selesai. Pesan penutup Anda diteruskan ke { $name }.
desk-closed-silent = Selesai, tanpa pesan penutup.
desk-escalate-ask = Kenapa <b>{ $number }</b> perlu dibantu admin? Tulis alasannya, paling banyak { $most } huruf. { $name } tidak membacanya.
desk-escalate-words = Tulis alasannya dengan kata-kata ya, supaya admin bisa membantu. Atau tulis "batal".
desk-escalate-long = Alasannya { $count } huruf; paling banyak { $most }. Tulis lagi lebih ringkas ya.
desk-escalate-not-yours = Tiket itu tidak lagi Anda tangani, jadi tidak diteruskan.
desk-escalate-stale = Tidak diteruskan. Tiket ini: { $status }.
desk-escalated = <b>{ $number }</b> diteruskan ke { $admins }. Sampai ada yang mengambil alih, { $name } tetap Anda tangani. Nanti saya kabari.
desk-escalated-nobody = <b>{ $number }</b> ditandai perlu bantuan, tetapi belum ada admin lain di Telegram yang bisa saya kabari. Hubungi mereka langsung ya; { $name } tetap Anda tangani.
desk-escalation-yours = Anda mengambil alih <b>{ $number }</b> ({ $name }). Kartunya ada di bawah.
desk-escalation-taken = Eskalasi Anda, <b>{ $number }</b> ({ $name }), sekarang ditangani { $agent }.
desk-escalation-ended = Eskalasi Anda, <b>{ $number }</b> ({ $name }), sekarang: { $status }, oleh { $agent }.
desk-escalation-over = Eskalasi Anda, <b>{ $number }</b> ({ $name }), sekarang: { $status }.
desk-make-type = Tiket untuk <b>{ $name }</b>. Jenisnya?
desk-make-priority = <b>{ $type }</b>. Seberapa mendesak?
desk-made = Tiket <b>{ $number }</b> sudah dibuat dan Anda yang menanganinya. Selesai sebelum { $due }.
desk-move-ask = Serahkan <b>{ $name }</b> ke siapa?
desk-move-online = { $name } · { $has }
desk-move-away = { $name } · rehat
desk-move-nobody = Tidak ada rekan yang sedang bertugas untuk menerima { $name }.
desk-move-gone = Rekan itu baru saja selesai bertugas. Tekan Serahkan untuk memilih yang lain.
desk-move-over = { $name } tidak bisa diserahkan lagi: tiketnya sudah selesai.
desk-moved = <b>{ $name }</b> diserahkan ke { $agent }.
desk-taken-from-you = { $agent } mengambil alih <b>{ $name }</b> dari Anda.
desk-dropped = Baik, tidak jadi.
desk-dropped-kept = Baik, tidak dikirim.
desk-left = Baik.

## Riwayat

desk-history-ticket = <b>Riwayat: { $title }</b>
desk-history-talk = <b>Riwayat percakapan dengan { $name }</b>
desk-history-when = { $when } ·{" "}
desk-history-message = <b>{ $who }</b>: { $words }
desk-history-opened = <i>dibuka oleh { $who }</i>
desk-history-reopened = <i>dibuka lagi oleh { $who }</i>
desk-history-assigned = <i>ditangani { $agent }</i>
desk-history-status = <i>{ $status }, oleh { $who }</i>
desk-history-priority = <i>prioritas menjadi { $priority }, oleh { $who }</i>
desk-history-note = <i>catatan { $who }</i>
desk-history-noted = : { $note }
desk-history-system = sistem
desk-history-revoked = (ditarik)
desk-kind-image = foto
desk-kind-video = video
desk-kind-audio = audio
desk-kind-voice = pesan suara
desk-kind-document = dokumen
desk-kind-sticker = stiker
desk-kind-location = lokasi
desk-kind-contacts = kontak
desk-kind-order = pesanan
desk-kind-unsupported = tidak terbaca

## Jawaban kepada pelanggan

desk-whom = Untuk siapa "{ $words }"?
desk-whom-several = { $count ->
    [1] Untuk siapa ini?
   *[other] Untuk siapa { $count } pesan ini?
}
desk-whom-more = { $count } pesan tersimpan. Ambil alih dan kirim semuanya?
desk-whom-none = Tidak ada pelanggan yang sedang Anda tangani, jadi pesan itu tidak dikirim ke siapa pun.
desk-whom-stale = Pesan itu sudah tidak tersimpan lagi. Balas langsung pesan pelanggannya.
desk-sent-to = Diteruskan ke <b>{ $name }</b>. Selama 10 menit pesan Anda berikutnya juga ke { $name }.
desk-others = Percakapan ini sekarang ditangani { $agent }. Pesan Anda tidak dikirim ke { $name }.
desk-take-over-others = <b>{ $name }</b> sekarang ditangani { $agent }. Ambil alih dan kirim?
desk-take-over-waiting = <b>{ $name }</b> sedang menunggu di antrean. Ambil dan kirim?
desk-take-over-bot = Percakapan dengan <b>{ $name }</b> sudah selesai. Buka lagi dan kirim?
desk-customer-gone = Pelanggan itu sudah tidak ada dalam catatan, jadi pesan Anda tidak dikirim.
desk-parked = Jendela WhatsApp <b>{ $name }</b> sudah tutup sejak { $since }. Pesan Anda disimpan dan terkirim begitu { $name } membalas.
desk-parked-never = <b>{ $name }</b> belum pernah menulis di sini, jadi WhatsApp belum mengizinkan pesan bebas. Pesan Anda disimpan dan terkirim begitu { $name } menulis.
desk-parked-template = Kirim templat agar ia membalas?
desk-template-sent = Templat dikirim ke { $name }. Pesan Anda menyusul begitu { $name } membalas.
desk-window-open-again = Jendela { $name } sudah terbuka lagi, jadi templat tidak perlu. Pesan Anda sedang dikirim.
desk-not-sent = Pesan itu tidak dikirim: { $name } tidak bisa dihubungi.
desk-unsupported = Jenis pesan itu tidak bisa diteruskan ke WhatsApp. Teks, foto, video, dokumen, suara, dan lokasi bisa.
desk-caption-command = Keterangan yang diawali "/" tidak pernah dikirim ke pelanggan, jadi berkas ini tidak dikirim. Kirim lagi tanpa "/".
desk-file-too-large = Berkas itu terlalu besar. Paling besar { $most } MB.
desk-edit-late = <b>{ $name }</b> masih melihat tulisan yang lama; WhatsApp tidak bisa mengubahnya. Kirim yang baru sebagai koreksi?
desk-edit-in-time = Pesan itu belum terkirim, jadi { $name } langsung menerima tulisan yang baru.
desk-edit-not-sent = Pesan itu memang tidak sampai ke { $name }. Kirim lagi sebagai pesan baru.
desk-edit-kept = Baik, tulisan yang baru yang dikirim nanti.
desk-reply-forgotten = Pesan yang Anda balas sudah tidak saya kenal: mungkin terlalu lama, atau bukan tentang pelanggan. Jadi saya tanya dulu.
desk-edit-unknown = Pesan yang Anda ubah itu tidak pernah dikirim ke pelanggan.
desk-correction-sent = Koreksi diteruskan ke { $name }.

# Dibaca pelanggan.
desk-customer-correction = Koreksi: { $text }
desk-customer-talk-ended = Percakapan dengan { $agent } sudah selesai. Kalau masih perlu bantuan, tulis saja di sini.

## Nasib pesan petugas

delivery-failed = ⚠️ Pesan Anda tidak sampai ke <b>{ $name }</b>: { $reason }
delivery-uncertain = ⚠️ Belum pasti apakah pesan Anda sampai ke <b>{ $name }</b>: WhatsApp tidak menjawab. Tanyakan kepadanya, atau kirim lagi.
delivery-notice-failed = ⚠️ Kabar otomatis untuk <b>{ $name }</b> tidak sampai: { $reason }
delivery-again = Pesan Anda mungkin sampai dua kali ke <b>{ $name }</b>: WhatsApp tidak menjawab, jadi saya kirim sekali lagi.
delivery-parked = Jendela WhatsApp <b>{ $name }</b> baru saja tutup. Pesan Anda disimpan dan terkirim begitu { $name } membalas.
delivery-reason-131026 = nomor itu tidak bisa menerima pesan WhatsApp, atau versi aplikasinya terlalu lama.
delivery-reason-131047 = jendela 24 jam WhatsApp sudah tutup.
delivery-reason-131049 = WhatsApp tidak meneruskannya agar pelanggan tidak terlalu banyak menerima pesan. Coba lagi besok.
delivery-reason-131050 = pelanggan tidak mau menerima pesan promosi.
delivery-reason-131051 = WhatsApp tidak menerima jenis pesan ini.
delivery-reason-131053 = WhatsApp tidak bisa mengolah berkas ini. Coba bentuk lain, misalnya JPG, MP4 atau PDF.
delivery-reason-130472 = WhatsApp tidak meneruskannya karena nomor ini masuk dalam uji coba Meta.
delivery-reason-130403 = nomor ini kita blokir.
delivery-reason-131000 = ada gangguan di WhatsApp. Coba kirim lagi.
delivery-reason-media = berkasnya tidak bisa diambil atau tidak diterima WhatsApp.
delivery-reason-partial = hanya bagian awalnya yang terkirim; sisanya ditolak WhatsApp. Kirim lagi sisanya.
delivery-reason-other = WhatsApp menolaknya (kode { $code }).
delivery-reason-unknown = WhatsApp menolaknya tanpa alasan.

# Jawaban yang menunggu lebih dari sehari sampai pelanggan menulis lagi.
desk-late = <b>{ $name }</b> menulis lagi. Pesan Anda dari { $since } belum terkirim; masih berlaku?
desk-late-words = "{ $words }"
desk-late-goes = Baik, dikirim sekarang.
desk-late-kept-back = Baik, tidak dikirim.
desk-late-decided = Ini sudah diputuskan.
desk-button-late = Kirim

desk-command-login = Masuk ke halaman web
desk-command-superadmin = Pintu super admin
desk-login-too-soon = Kode baru saja dikirim. Coba lagi { $wait } lagi.
desk-door-link =
    Pintu super admin: { $link }

    Tautan ini hanya untuk Anda, berlaku 10 menit dan sekali pakai. Setelah dibuka, pintunya terbuka 30 menit.

desk-command-staff = Siapa saja stafnya dan siapa yang bertugas
desk-command-audit = Siapa mengubah apa belakangan ini
desk-staff-head = Staf: { $count } orang, { $online } bertugas
desk-staff-line = <b>{ $name }</b> · { $role } · { $availability } · { $load }
desk-staff-invited = <b>{ $name }</b> · { $role } · undangan belum dibuka
desk-staff-more = … dan { $count } lagi di halaman Staf.
desk-audit-head = Yang terakhir dicatat. Selengkapnya di halaman Audit.
desk-audit-line = { $when } · <b>{ $who }</b>: { $what }

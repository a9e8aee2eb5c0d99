# Percakapan dengan pelanggan. Tombol paling panjang 20 huruf, baris daftar 24, keterangan baris 72.

## Sapaan dan menu
welcome-hello = Halo { $name }, saya asisten { $desk }.
welcome-hello-nameless = Halo, saya asisten { $desk }.
welcome-hello-again = Halo { $name }.
welcome-ask = Ada yang bisa saya bantu?
welcome-offer = Mau saya buatkan tiket untuk ini?
welcome-offer-file = Mau saya buatkan tiket?
welcome-quote = "{ $text }"
welcome-noted-more = Baik, saya tambahkan.
welcome-got-photo = Fotonya sudah saya terima.
welcome-got-video = Videonya sudah saya terima.
welcome-got-document = Berkasnya sudah saya terima.
welcome-got-voice = Pesan suaranya sudah saya terima. Saya belum bisa mendengarkannya, tetapi petugas bisa.
welcome-got-location = Lokasinya sudah saya terima.
welcome-got-contacts = Kontaknya sudah saya terima.
welcome-thanks = Sama-sama. Tulis saja di sini kalau ada yang lain.
welcome-noted = Baik. Tulis saja di sini kalau perlu bantuan.
welcome-nothing-to-cancel = Tidak ada yang perlu dibatalkan. Tulis saja kalau perlu bantuan.
welcome-stopped = Baik, tidak jadi.
list-menu = Lihat menu
row-resume-ticket = Lanjutkan tiket tadi
row-open-ticket = Buat tiket
row-my-tickets = Tiket saya
row-person = Bicara dengan petugas
row-language = Bahasa / Language
hint-open-ticket = Laporkan masalah atau minta sesuatu
hint-my-tickets = Lihat kabarnya, tambah pesan, tutup, atau buka lagi
hint-person = Langsung dengan orang, tanpa tiket
hint-language = Ganti bahasa percakapan ini
button-make-ticket = Buat tiket
button-person = Bicara dgn petugas
button-menu = Menu

## Membuat tiket
draft-ask-type = Tiketnya tentang apa?
draft-sure-type = Maksud Anda <b>{ $type }</b>?
draft-ask-priority = Seberapa mendesak?
draft-sure-priority = { $priority }, ditangani dalam { $time }?
draft-ask-words = Ceritakan singkat apa yang terjadi. Boleh sekalian kirim foto.
draft-ask-words-again = Tulis keterangan yang baru; yang lama akan diganti.
draft-summary = <b>{ $type }, prioritas { $priority }</b>
draft-files = { $count } lampiran
draft-summary-due = Selesai paling lambat { $when }. Kirim foto atau keterangan tambahan di sini bila ada.
draft-send-now = Kirim tiketnya sekarang?
draft-change = Apa yang mau Anda ubah?
draft-hint-type = Pilih salah satu dari daftar ini, ya. Boleh juga ketik namanya atau nomor urutnya.
draft-hint-priority = Pilih salah satu, ya: rendah, normal, atau tinggi.
draft-hint-words = Tulis beberapa kata, ya: apa yang terjadi, dan sejak kapan?
draft-hint-summary = Tiketnya sudah siap. Kirim sekarang?
draft-hint-choose = Pilih salah satu, ya.
draft-attached-photo = Foto sudah dilampirkan.
draft-attached-video = Video sudah dilampirkan.
draft-attached-document = Berkas sudah dilampirkan.
draft-attached-voice = Pesan suara sudah dilampirkan.
draft-attached-location = Lokasi sudah dilampirkan.
draft-attached-contacts = Kontak sudah dilampirkan.
draft-voice-needs-words = Pesan suara sudah dilampirkan. Tulis juga singkat masalahnya, ya; satu kalimat cukup.
draft-words-added = Keterangan sudah ditambahkan.
draft-cancelled = Baik, tidak jadi. Tiket belum dibuat.
draft-paused = Tiket yang tadi saya simpan dulu.
draft-resume = Tadi kita sedang membuat tiket. Lanjutkan?
draft-resume-kept = Tadi kita sedang membuat tiket. Lanjutkan? Pesan Anda barusan saya simpan.
draft-opened = Tiket <b>{ $number }</b> sudah kami terima. { $agent } akan menanganinya; paling lambat { $when }. Anda bisa menulis di sini kapan saja.
draft-opened-waiting = Tiket <b>{ $number }</b> sudah kami terima. Saat ini belum ada petugas yang bisa langsung menanganinya; begitu ada, Anda kami kabari di sini. Anda tetap bisa menulis kapan saja.
draft-already-sent = Tiket <b>{ $number }</b> sudah kami terima, jadi tidak perlu dikirim lagi.
list-types = Pilih jenis
hint-suggested = disarankan
row-more-types = Lainnya…
button-priority = { $priority } - { $time }
button-that-type = Ya, itu
button-another-type = Bukan, pilih lagi
button-sure-low = Ya, rendah
button-sure-normal = Ya, normal
button-sure-high = Ya, tinggi
button-normal-then = Normal saja
button-choose-again = Pilih lagi
button-send-ticket = Kirim tiket
button-change-ticket = Ubah
button-cancel-ticket = Batal
button-change-type = Ubah jenis
button-change-priority = Ubah prioritas
button-change-words = Ubah keterangan
button-continue = Lanjutkan
button-start-over = Mulai lagi

## Tiket saya
mine-none = Anda belum punya tiket.
mine-list = { $open ->
    [0] Semua tiket Anda sudah selesai ({ $done }).
   *[other] { $done ->
        [0] Tiket Anda yang sedang berjalan: { $open }.
       *[other] Tiket Anda: { $open } sedang berjalan, { $done } sudah selesai.
    }
}
mine-between = {" · "}
mine-what-now = Tiket <b>{ $number }</b>: apa yang ingin Anda lakukan?
mine-write = Tulis pesan untuk tiket <b>{ $number }</b>. Foto juga boleh.
mine-added-for = Sudah masuk ke tiket <b>{ $number }</b>; { $agent } akan membacanya. Kirim lagi bila masih ada.
mine-added = Sudah masuk ke tiket <b>{ $number }</b>. Kirim lagi bila masih ada.
mine-sure-add = Apakah pesan Anda tadi untuk tiket <b>{ $number }</b>?
mine-sure-close = Tutup tiket <b>{ $number }</b>? Dalam 7 hari Anda masih bisa membukanya lagi.
mine-closed = Tiket <b>{ $number }</b> sudah ditutup. Terima kasih sudah memberi kabar.
mine-reopened = Tiket <b>{ $number }</b> dibuka lagi. { $agent } akan menanganinya; paling lambat { $when }. Anda bisa menulis di sini kapan saja.
mine-reopened-waiting = Tiket <b>{ $number }</b> dibuka lagi. Saat ini belum ada petugas yang bisa langsung menanganinya; begitu ada, Anda kami kabari di sini.
mine-refused = Itu tidak bisa lagi: tiket <b>{ $number }</b> sekarang { $status }.
mine-detail = <b>{ $number }</b> · { $type }
mine-detail-status = Sekarang: { $status }
mine-detail-status-with = Sekarang: { $status } · ditangani { $agent }
mine-detail-due = Selesai paling lambat { $when }
mine-detail-overdue = Seharusnya selesai { $when }; maaf, ini terlambat.
mine-status-open = menunggu petugas
mine-status-assigned = diterima petugas
mine-status-in-progress = sedang dikerjakan
mine-status-on-hold = ditunda dulu
mine-status-escalated = diteruskan ke atasan
mine-status-resolved = selesai
mine-status-closed = ditutup
mine-status-cancelled = dibatalkan
mine-history-line = - { $when }: { $what }
mine-history-opened = tiket dibuat
mine-history-assigned = diterima petugas
mine-history-assigned-to = diterima { $name }
mine-history-started = mulai dikerjakan
mine-history-held = ditunda dulu
mine-history-escalated = diteruskan ke atasan
mine-history-resolved = selesai
mine-history-closed = ditutup
mine-history-cancelled = dibatalkan
mine-history-reopened = dibuka lagi
mine-history-priority = prioritas menjadi { $priority }
list-tickets = Pilih tiket
row-all-tickets = Semua tiket
row-open-tickets = Yang sedang berjalan
row-done-tickets = Yang sudah selesai
row-more-tickets = Tiket berikutnya…
row-menu = Menu
button-my-tickets = Tiket saya
button-show-ticket = Lihat tiket
button-add-message = Tambah pesan
button-close-ticket = Tutup tiket
button-reopen-ticket = Buka lagi
button-close-sure = Ya, tutup
button-close-not = Jangan ditutup
button-add-to-ticket = Ya, tambahkan
button-new-ticket = Buat tiket baru

## Bicara dengan petugas
person-ready = { $agent } siap membantu. Silakan tulis di sini.
person-ready-informed = { $agent } siap membantu dan sudah menerima pesan Anda.
person-waiting = Saat ini belum ada petugas yang bisa langsung membalas. Anda sudah masuk antrean; begitu ada yang siap, petugas akan menulis di sini. Tulis saja keperluan Anda, supaya nanti langsung dibaca.
person-waiting-informed = Saat ini belum ada petugas yang bisa langsung membalas. Anda sudah masuk antrean, dan pesan Anda tadi tersimpan; begitu ada yang siap, petugas akan menulis di sini.
person-kept = Pesan Anda tersimpan. Belum ada petugas yang siap; begitu ada, pesan ini langsung dibaca.
person-kept-in-ticket = Pesan Anda tersimpan di tiket <b>{ $number }</b>. Belum ada petugas yang siap; begitu ada, pesan ini langsung dibaca.
person-with = Anda sedang terhubung dengan { $agent }; tulis saja di sini.
person-in-queue = Anda masih menunggu petugas; tulis saja di sini.
person-leave = Anda sedang terhubung dengan { $agent }. Mau lanjut, atau diakhiri?
person-leave-queue = Anda masih menunggu petugas. Tetap menunggu, atau diakhiri?
person-stays = Baik, silakan lanjut menulis kepada { $agent }.
person-waits = Baik, Anda tetap dalam antrean.
person-ended = Baik, percakapan dengan { $agent } sudah diakhiri.
person-ended-queue = Baik, Anda tidak lagi dalam antrean.
person-ended-ticket = Baik. Tiket <b>{ $number }</b> tetap kami kerjakan.
button-stay-with = Lanjut dengan { $agent }
button-stay = Lanjutkan obrolan
button-wait = Tetap menunggu
button-end = Akhiri

## Data saya
row-account = Data saya
hint-account = Ganti nomor WhatsApp atau alamat e-mail
button-account-number = Ganti nomor
button-account-email = Ganti e-mail
button-account-again = Kirim kode lagi
account-number = Nomor Anda: <b>{ $number }</b>
account-email = E-mail Anda: <b>{ $email }</b>
account-no-email = E-mail Anda: belum ada
account-what = Apa yang mau Anda ganti?
account-ask-number = Tulis nomor WhatsApp yang baru, misalnya 0812-3456-7890.
account-ask-email = Tulis alamat e-mail yang baru, misalnya sari@contoh.id.
account-not-a-number = Saya belum bisa membacanya sebagai nomor telepon. Tulis lagi, ya; misalnya 0812-3456-7890.
account-not-an-email = Saya belum bisa membacanya sebagai alamat e-mail. Tulis lagi, ya; misalnya sari@contoh.id.
account-same = Itu sudah tercatat, jadi tidak ada yang perlu diganti.
account-needs-person = Nomor belum bisa diganti di sini, tetapi petugas bisa membantu.
account-number-taken = Nomor itu sudah dipakai pelanggan lain. Petugas bisa membantu.
account-code-to-number = Kode enam angka dikirim ke WhatsApp <b>{ $number }</b>. Tulis kodenya di sini; berlaku 10 menit.
account-code-here = Demi keamanan, kami kirim kode enam angka ke WhatsApp Anda. Tulis kodenya di sini; berlaku 10 menit.
account-code-hint = Tulis enam angka dari pesan kode itu, ya.
account-code-wrong = Kodenya tidak cocok, atau sudah tidak berlaku.
account-too-soon = Kode berikutnya bisa diminta { $wait } lagi.
account-email-changed = Baik, alamat e-mail Anda sekarang <b>{ $email }</b>.

## Bahasa
language-ask = Mau pakai bahasa apa?
language-set = Baik, kita lanjut dalam { $language }.
list-languages = Pilih bahasa

## Bila ada yang kurang pas
crooked-stale = Pilihan itu sudah tidak berlaku.
crooked-person = Maaf, saya belum menangkap maksud Anda. Mau bicara dengan petugas?
crooked-bot = Ya, saya asisten otomatis { $desk }. Untuk bicara dengan orang, tulis saja "petugas".
crooked-sticker = Stikernya sudah sampai, tetapi saya hanya mengerti tulisan.
crooked-unreadable = Maaf, saya belum bisa membaca jenis pesan itu. Coba dengan tulisan, ya.
crooked-lost = Maaf, saya lupa sampai di mana kita tadi. Mari mulai lagi dari sini.
crooked-sorry = Maaf, ada gangguan di pihak kami dan pesan terakhir Anda belum terproses. Mohon kirim sekali lagi, atau pilih di bawah ini.
crooked-sorry-agent = Maaf, ada gangguan di pihak kami dan pesan terakhir Anda mungkin belum sampai ke { $agent }. Mohon kirim sekali lagi.

## Kabar untuk petugas
agent-note-edited = <b>{ $name }</b> mengubah pesannya: { $text }
agent-note-revoked = <b>{ $name }</b> menarik pesannya.
agent-note-reaction = <b>{ $name }</b> memberi { $emoji } pada pesan Anda.
agent-note-reaction-gone = <b>{ $name }</b> menarik reaksinya.
agent-note-ended = <b>{ $name }</b> mengakhiri percakapan.
agent-note-closed = <b>{ $name }</b> menutup sendiri tiket <b>{ $number }</b>.
agent-note-new-number = <b>{ $name }</b> berganti nomor; percakapan berlanjut seperti biasa.
agent-note-recycled = Nomor <b>{ $former }</b> sekarang dipakai orang lain (<b>{ $name }</b>). Riwayat lama tetap milik { $former } dan tidak terlihat oleh pengguna baru.

## Kata-kata yang diketik orang, dipisahkan koma
words-menu = menu, menu utama, menu awal, kembali ke menu, lihat menu, buka menu, mulai, bantuan, pilihan
words-menu-exactly = menu
words-cancel = batal, batalkan, batalin, dibatalkan, tidak jadi, gajadi, gak jadi, nggak jadi, batal saja
words-person = orang, petugas, agen, cs, manusia, admin manusia, operator, customer service, layanan pelanggan, orang asli, orang beneran, staf
words-bot = bot, robot, mesin, bot atau orang, orang atau bot, robot atau orang, orang atau robot, otomatis
words-open-ticket = buat tiket, bikin tiket, buka tiket, buatkan tiket, buatkan, bikinin, tiket baru, buat tiket baru, lapor, laporan, buat laporan
words-my-tickets = tiket saya, tiketku, lihat tiket, lihat tiket saya, cek tiket, cek tiket saya, status tiket, status tiket saya, daftar tiket
words-account = data saya, akun saya, profil, profil saya, ganti nomor, ubah nomor, ganti nomor wa, ganti nomor hp, ganti nomor whatsapp, nomor baru, ganti email, ubah email, ganti e mail, ubah e mail
words-language = bahasa, ganti bahasa, ubah bahasa, pilih bahasa
words-speak-id = indonesia, bahasa indonesia, indo, bahasa indo, pakai bahasa indonesia
words-speak-en = inggris, bahasa inggris, pakai bahasa inggris
words-greeting = halo, hallo, hai, hei, hey, pagi, siang, sore, malam, selamat, selamat pagi, selamat siang, selamat sore, selamat malam, assalamualaikum, assalamu, alaikum, salam, permisi, punten, p, tes, test, ping, min, admin, gan, bos, kak, mas, mbak, pak, bu
words-thanks = terima kasih, makasih, makasi, trims, trimakasih, terimakasih, mksh, tq, suwun, nuhun, terima kasih banyak, makasih banyak
words-yes = ya, oke, sip, siap, boleh, betul, benar, iya betul, setuju, lanjut, mau, yoi, baik, jadi, gas
words-no = tidak, bukan, jangan, belum, tidak usah, tidak perlu, jangan dulu, tidak dulu, tidak mau
words-send = kirim, kirimkan, kirim tiket, kirim sekarang, kirim tiket sekarang, kirim tiketnya, kirim tiketnya sekarang, kirim langsung
words-change = ubah, ganti, edit, koreksi, salah, ralat
words-continue = lanjut, lanjutkan, teruskan, terus
words-start-over = mulai lagi, mulai dari awal, ulang, ulangi, dari awal, baru
words-stay = lanjut, lanjutkan, tetap, tetap menunggu, tunggu
words-end = akhiri, selesai, sudahi, berhenti, keluar, akhiri saja
words-low = rendah, paling rendah
words-normal = normal, sedang
words-high = tinggi, paling tinggi
words-sounds-low = tidak buru, tidak buru buru, tidak terburu buru, tidak mendesak, tidak urgent, santai, kapan saja, rendah, kapan kapan
words-sounds-normal = biasa, standar, standard, normal, sedang
words-sounds-high = cepat, secepatnya, secepat mungkin, buru, buru buru, buruan, urgent, urgen, darurat, segera, penting, mendesak, sekarang, gawat, tinggi, hari ini, kritis
words-filler = saya, aku, gue, mau, ingin, minta, mohon, tolong, bisa, boleh, bicara, ngomong, ngobrol, chat, hubungkan, sambungkan, hubungi, dengan, sama, ke, pada, yang, saja, dong, deh, nih, sih, ya, kok, kah, kan, lah, kak, mas, mbak, pak, bu, min, gan, bos, admin, ini, itu, apakah, apa, anda, kamu, sedang, pilih, prioritas, jenis, langsung, dulu, untuk

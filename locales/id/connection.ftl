# Sambungan ke WhatsApp dan Telegram: kabar untuk admin, dan layar /status.

connection-whatsapp = WhatsApp
connection-telegram = Telegram

## Kabar: ada yang tidak beres

connection-token-refused = 🔑 <b>Token WhatsApp ditolak atau kedaluwarsa</b> (kode { $code }). Pesan ke pelanggan menunggu; tidak ada yang hilang.
    Buat token baru di Meta Business Suite → Pengaturan → Pengguna sistem, lalu set SAPA_WHATSAPP__ACCESS_TOKEN dan mulai ulang Sapa.
connection-refused-whatsapp = ⚠️ <b>WhatsApp menolak akun kita</b> (kode { $code }). Pesan ke pelanggan menunggu; tidak ada yang hilang.
    Periksa status akun dan pembayaran di Meta Business Suite → WhatsApp Manager; begitu beres, semuanya terkirim sendiri.
connection-refused-telegram = 🔑 <b>Telegram menolak bot ini</b> (kode { $code }).
    Ambil token di @BotFather, lalu set SAPA_TELEGRAM__TOKEN dan mulai ulang Sapa.
connection-alert-quality-yellow = 🟡 <b>Kualitas nomor WhatsApp turun ke sedang.</b>
    Pelanggan mulai memblokir atau melaporkan pesan kita. Kurangi pesan promosi, dan kirim hanya kepada yang memintanya.
connection-alert-quality-red = 🔴 <b>Kualitas nomor WhatsApp rendah.</b>
    Banyak pelanggan memblokir atau melaporkan pesan kita; batas kirim bisa diturunkan. Hentikan pesan promosi dulu, dan lihat rinciannya di WhatsApp Manager → Wawasan.
connection-alert-number = ⚠️ <b>Status nomor WhatsApp: { $value }.</b>
    Lihat penjelasannya di WhatsApp Manager → Nomor telepon.
connection-alert-sending-limited = 🟡 <b>WhatsApp membatasi pengiriman kita.</b> { $detail }
    Lihat yang diminta Meta di WhatsApp Manager → Ikhtisar.
connection-alert-sending-blocked = 🔴 <b>WhatsApp tidak mengizinkan kita mengirim.</b> { $detail }
    Selesaikan yang diminta Meta di WhatsApp Manager → Ikhtisar; pesan yang menunggu terkirim sesudahnya.
connection-alert-name-rejected = ⚠️ <b>Nama bisnis "{ $detail }" ditolak Meta.</b>
    Ajukan nama lain di WhatsApp Manager → Nomor telepon.
connection-alert-account-in-review = 🟡 <b>Akun WhatsApp Business sedang ditinjau Meta.</b> Biasanya selesai sendiri; pantau di WhatsApp Manager.
connection-alert-account-rejected = 🔴 <b>Akun WhatsApp Business ditolak Meta.</b>
    Ajukan banding di Meta Business Suite → Kualitas akun.
connection-alert-account-violation = ⚠️ <b>Meta mencatat pelanggaran: { $detail }.</b>
    Periksa dan ajukan banding bila keliru di Meta Business Suite → Kualitas akun.
connection-alert-account-restricted = 🔴 <b>Akun WhatsApp Business dibatasi</b> ({ $detail }). { $when }
    Periksa sebab dan lamanya di Meta Business Suite → Kualitas akun.
connection-alert-account-shut-soon = 🔴 <b>Meta akan menutup akun WhatsApp Business kita.</b>
    Segera ajukan banding di Meta Business Suite → Kualitas akun.
connection-alert-account-shut = ⛔ <b>Akun WhatsApp Business ditutup Meta.</b>
    Ajukan banding di Meta Business Suite → Kualitas akun. Sapa menyimpan semuanya sampai akun dibuka lagi.
connection-alert-account-deleted = ⛔ <b>Akun WhatsApp Business dihapus.</b>
    Kalau tidak disengaja, hubungi dukungan Meta; untuk akun baru, ubah pengaturan whatsapp.* dan mulai ulang Sapa.
connection-alert-account-offboarded = ⛔ <b>Nomor WhatsApp dipindahkan dari sambungan ini.</b>
    Daftarkan kembali nomornya di WhatsApp Manager → Nomor telepon.
connection-alert-token-ending = 🔑 <b>Token WhatsApp habis { $when }</b> (tinggal { $left }).
    Buat token tanpa masa berlaku di Meta Business Suite → Pengaturan → Pengguna sistem, lalu set SAPA_WHATSAPP__ACCESS_TOKEN dan mulai ulang Sapa.
connection-alert-token-dead = 🔑 <b>Token WhatsApp sudah tidak berlaku.</b>
    Buat token baru di Meta Business Suite → Pengaturan → Pengguna sistem, lalu set SAPA_WHATSAPP__ACCESS_TOKEN dan mulai ulang Sapa.
connection-alert-webhook-missing = 🔴 <b>Pesan WhatsApp tidak sampai ke Sapa:</b> aplikasi kita tidak lagi berlangganan akun ini, dan tidak bisa saya pulihkan sendiri.
    Periksa izin whatsapp_business_management pada token, lalu langganan webhook di Meta → Aplikasi → WhatsApp → Konfigurasi.
connection-alert-webhook-telegram = 🔴 <b>Webhook Telegram tidak mengarah ke Sapa,</b> dan tidak bisa saya pasang kembali.
    Periksa http.public_url dan sertifikatnya.
connection-alert-backlog-failing = 🟡 <b>Telegram tidak berhasil menyerahkan pesan ke Sapa</b> ({ $count } menunggu): { $detail }
    Periksa http.public_url, sertifikat, dan apakah server ini terjangkau dari luar.
connection-alert-polling-shared = 🔴 <b>Ada program lain yang memakai token bot yang sama,</b> jadi sebagian pesan petugas bisa tidak sampai ke Sapa.
    Hentikan program itu, atau buat token baru di @BotFather, set SAPA_TELEGRAM__TOKEN dan mulai ulang Sapa.
connection-alert-template = 🟡 Templat <b>{ $name }</b> ({ $language }) sekarang { $value }. Lihat sebabnya di WhatsApp Manager → Templat pesan.
connection-alert-template-used = 🔴 <b>Templat { $name } ({ $language }) yang dipakai Sapa sekarang { $value }.</b>
    Kabar di luar jendela 24 jam tidak terkirim. Perbaiki di WhatsApp Manager → Templat pesan, atau pilih templat lain di whatsapp.templates.

## Kabar: sudah beres, atau perlu diketahui

connection-accepted = ✅ { $channel } menerima kita lagi setelah { $after }. Yang menunggu sedang dikirim.
connection-recovered = ✅ { $channel }: { $subject } sudah baik lagi setelah { $after }.
connection-told-limit = ℹ️ Batas WhatsApp berubah dari { $from } menjadi { $to }.
connection-told-throughput-high = 🚀 WhatsApp menaikkan kecepatan kirim nomor ini sampai 1.000 pesan per detik. Naikkan whatsapp.messages_per_second bila diperlukan.
connection-told-throughput-standard = ℹ️ Kecepatan kirim WhatsApp kembali ke 80 pesan per detik. Pastikan whatsapp.messages_per_second tidak lebih dari itu.
connection-told-name = ✅ Nama bisnis "{ $name }" disetujui Meta.
connection-told-alert = ℹ️ Pemberitahuan Meta: { $value }. Rinciannya di WhatsApp Manager.
connection-told-alert-critical = 🔴 <b>Pemberitahuan penting dari Meta: { $value }.</b> Rinciannya di WhatsApp Manager.
connection-told-security = 🔐 Keamanan nomor WhatsApp: { $value }. Kalau bukan Anda, segera ganti PIN verifikasi dua langkah di WhatsApp Manager.
connection-told-category = ℹ️ Meta memindahkan templat <b>{ $name }</b> dari { $from } ke { $to }; biayanya bisa berubah.
connection-told-webhook-mended = ✅ Langganan webhook WhatsApp sempat hilang dan sudah saya pasang kembali. Pesan yang datang di antaranya mungkin tidak sampai ke sini.
connection-told-webhook-stolen = ⚠️ Webhook Telegram diubah pihak lain dan sudah saya kembalikan. Kalau bukan Anda, buat token baru di @BotFather, set SAPA_TELEGRAM__TOKEN dan mulai ulang Sapa.

## Nama bagian

connection-subject-access = akun
connection-subject-account = akun bisnis
connection-subject-backlog = penyerahan pesan
connection-subject-limit = batas
connection-subject-name = nama bisnis
connection-subject-number = nomor
connection-subject-polling = pengambilan pesan
connection-subject-quality = kualitas nomor
connection-subject-sending = pengiriman
connection-subject-throughput = kecepatan
connection-subject-token = token
connection-subject-webhook = webhook
connection-subject-template = templat { $name } ({ $language })

## Keadaan

connection-until = Sampai { $when }.
connection-value-access-accepted = diterima
connection-value-access-refused = ditolak (kode { $detail })
connection-value-quality-green = tinggi
connection-value-quality-yellow = sedang
connection-value-quality-red = rendah
connection-value-quality-unknown = belum dinilai
connection-value-sending-available = boleh
connection-value-sending-limited = dibatasi
connection-value-sending-blocked = tidak diizinkan
connection-value-name-approved = disetujui
connection-value-name-pending = sedang ditinjau
connection-value-name-rejected = ditolak
connection-value-throughput-standard = 80 pesan per detik
connection-value-throughput-high = 1.000 pesan per detik
connection-value-throughput-unknown = belum diketahui
connection-value-account-fine = baik
connection-value-account-in-review = sedang ditinjau
connection-value-account-rejected = ditolak
connection-value-account-violation = ada pelanggaran ({ $detail })
connection-value-account-restricted = dibatasi ({ $detail }) { $when }
connection-value-account-shut-soon = akan ditutup
connection-value-account-shut = ditutup
connection-value-account-deleted = dihapus
connection-value-account-offboarded = dipindahkan
connection-value-token-lasting = tanpa masa berlaku
connection-value-token-until = berlaku sampai { $when }
connection-value-token-ending = habis { $when }
connection-value-token-dead = tidak berlaku
connection-value-webhook-ours = terpasang
connection-value-webhook-polled = tidak dipakai (Sapa yang mengambil)
connection-value-webhook-unasked = tidak bisa diperiksa: whatsapp.business_account_id belum diatur
connection-value-webhook-missing = tidak terpasang
connection-value-polling-alone = hanya Sapa
connection-value-polling-shared = dipakai program lain juga
connection-value-limit = { $people } orang per hari
connection-value-limit-unlimited = tanpa batas

## Layar /status

desk-command-status = Keadaan sambungan
desk-status-head = <b>Sambungan</b> · { $when }
desk-status-channel = { $mark } <b>{ $channel }</b>
desk-status-line = { $mark } { $subject }: { $value }
desk-status-line-since = { $mark } { $subject }: { $value } · sejak { $when }
desk-status-unknown = belum diketahui
desk-status-templates = { $mark } templat: { $good } dari { $all } siap dipakai
desk-status-template = { $mark } { $subject }: { $value }
desk-status-no-templates = templat: tidak ada yang diketahui
desk-status-backlog = { $mark } menunggu di Telegram: { $count }
desk-status-backlog-failing = { $mark } menunggu di Telegram: { $count } · { $detail }
desk-status-nothing-waits = Antrean: kosong
desk-status-waits = Antrean: { $outgoing } keluar, { $incoming } masuk · tertua { $age }
desk-status-dead = Gagal diproses: { $count }
desk-status-seen = diperiksa { $when }

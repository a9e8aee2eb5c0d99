# Melihat apa yang terjadi: jejak pesan sebuah tiket, dan peristiwa yang gagal diproses.

## Jejak

desk-command-trace = Jejak pesan satu tiket: /trace 7K3M9QXA
trace-which = Jejak tiket yang mana? Misalnya: /trace 7K3M9QXA
trace-head = <b>Jejak { $number }</b> · { $status }
trace-nothing = Belum ada pesan tentang tiket ini.
trace-cut = <i>Hanya { $count } pesan terbaru yang muat di sini. Admin bisa melihat semuanya di server: sapa trace { $number }</i>
trace-message = <b>{ $who }</b> · { $what } · { $when }
trace-message-to = <b>{ $who }</b> → { $to } · { $what } · { $when }
trace-text = teks
trace-written = ditulis { $time }
trace-stored = tersimpan { $time }
trace-handled = diproses { $time }
trace-queued = masuk antrean { $time }
trace-sent = terkirim { $time }
trace-delivered = sampai { $time }
trace-read = dibaca { $time }
trace-on-card = Ada di kartu tiket.
trace-nobody = Belum diteruskan ke siapa pun.
trace-waiting = Menunggu giliran dikirim.
trace-again = ⏳ Dicoba lagi { $when }: { $reason }
trace-parked = ⏳ Menunggu pelanggan menulis lagi: jendela WhatsApp tutup.
trace-claimed = Sedang dikirim.
trace-uncertain = ❓ Belum pasti terkirim: tidak ada jawaban.
trace-failed = ⚠️ Gagal { $when }: { $reason }
trace-cancelled = Tidak jadi dikirim.
trace-twice = ⚠️ Mungkin terkirim dua kali.
trace-code = ditolak (kode { $code }).

## Peristiwa yang gagal diproses

desk-command-dead = Peristiwa yang gagal diproses
dead-none = Semua baik: tidak ada peristiwa yang gagal diproses.
dead-head = <b>Gagal diproses: { $count }</b>
dead-line = <b>#{ $seq }</b> · { $channel } · { $when } · dicoba { $tries } kali
dead-error = <code>{ $error }</code>
dead-waiting = Pesan keluar: { $parked } menunggu pelanggan menulis lagi, { $uncertain } belum pasti terkirim, { $failed } gagal dalam 24 jam terakhir.
dead-button-retry = Coba lagi #{ $seq }
dead-button-all = Coba semua
dead-button-older = Yang lebih lama…
dead-toast-retried = #{ $seq } diproses lagi. Kalau masih gagal, ia muncul lagi di sini.
dead-toast-gone = #{ $seq } sudah tidak ada di sini: sudah dicoba lagi atau sudah beres.
dead-toast-all = { $count ->
    [0] Tidak ada lagi yang perlu dicoba.
   *[other] { $count } peristiwa diproses lagi.
} { $left ->
    [0] {""}
   *[other] Masih ada { $left }: tekan sekali lagi.
}

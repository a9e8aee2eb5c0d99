# Waktu, seperti orang mengatakannya.
clock-format = %H.%M
clock-seconds-format = %H.%M.%S
when-today = hari ini { $time }
when-tomorrow = besok pukul { $time }
when-yesterday = kemarin pukul { $time }
when-date = { $date } pukul { $time }
weekday-names = Senin, Selasa, Rabu, Kamis, Jumat, Sabtu, Minggu
month-names = Jan, Feb, Mar, Apr, Mei, Jun, Jul, Agu, Sep, Okt, Nov, Des
duration-moment = kurang dari semenit
duration-minutes = { $minutes } menit
duration-hours = { $hours } jam
duration-hours-minutes = { $hours } jam { $minutes } menit
duration-days = { $days } hari
duration-days-hours = { $days } hari { $hours } jam

# The words of the nightly report, in Spanish. What a message is for, en.ftl says.

## Names

all-queues = Todas las colas
no-queue = Sin cola
no-group = Sin grupo
nameless-queue = Cola { $id } (nombre no visible)
nameless-lender = { $id } (nombre no visible)
nameless = (sin nombre)
medium-voice = Voz
medium-callback = Devolución de llamada
medium-chat = Chat
medium-email = Correo
medium-message = Mensaje
medium-unknown = Canal desconocido

## Numbers, lists, dates

colon = { ": " }
points = { $change } p. p.
list-last = { $list } y { $last }
list-last-before-i = { $list } e { $last }
more = otros
day = { $day }
weekday =
    { $day ->
        [1] lunes
        [2] martes
        [3] miércoles
        [4] jueves
        [5] viernes
        [6] sábado
       *[7] domingo
    }
weekday-short =
    { $day ->
        [1] lun
        [2] mar
        [3] mié
        [4] jue
        [5] vie
        [6] sáb
       *[7] dom
    }
on-weekday =
    { $day ->
        [1] el lunes
        [2] el martes
        [3] el miércoles
        [4] el jueves
        [5] el viernes
        [6] el sábado
       *[7] el domingo
    }
on-weekday-before =
    { $day ->
        [1] el lunes anterior
        [2] el martes anterior
        [3] el miércoles anterior
        [4] el jueves anterior
        [5] el viernes anterior
        [6] el sábado anterior
       *[7] el domingo anterior
    }
other-weekdays =
    { $day ->
        [1] otros lunes
        [2] otros martes
        [3] otros miércoles
        [4] otros jueves
        [5] otros viernes
        [6] otros sábados
       *[7] otros domingos
    }
every-weekday =
    { $day ->
        [1] todos los lunes
        [2] todos los martes
        [3] todos los miércoles
        [4] todos los jueves
        [5] todos los viernes
        [6] todos los sábados
       *[7] todos los domingos
    }
month =
    { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }
month-short =
    { $month ->
        [1] ene
        [2] feb
        [3] mar
        [4] abr
        [5] may
        [6] jun
        [7] jul
        [8] ago
        [9] sept
        [10] oct
        [11] nov
       *[12] dic
    }
date-long = { $weekday }, { $day } de { $month } de { $year }
date-short = { $weekday }, { $day } { $month }
date-short-year = { $weekday }, { $day } { $month } { $year }
day-month = { $day } { $month }
day-month-year = { $day } { $month } { $year }
days-range = { $first } a { $last }
clock = { $hour }:{ $minute }
moment = { $date }, { $time }

## Heads: of the page and of its parts

report-title = Informe diario
document-title = { $company }: informe diario del { $day }
heading-summary = Resumen
heading-alerts = Lo que salió mal
heading-recommendations = Lo que se puede hacer
heading-charts = Evolución
heading-hours = Hora a hora
heading-queues = Por cola
queues-order = primero lo que requiere atención
heading-division = Por división
heading-site = Por centro
heading-team = Por equipo
heading-media = Por canal
heading-trends = Comparación
heading-days = Últimos 30 días
heading-definitions = Qué significan los términos
no-alerts = Ninguna alerta.
no-recommendations = Ninguna recomendación.
page-of = Página { $page } de { $pages }
characters-replaced = □ indica un carácter que no se puede mostrar aquí.

## Heads of columns

head-queue = Cola
head-division = División
head-site = Centro
head-team = Equipo
head-medium = Canal
head-offered = Recibidas
head-share = Parte
head-service-level = Nivel de servicio
head-answer-time = Espera
head-handle-time = TMO
head-abandon-rate = Abandono
head-agents = Agentes
head-change = Variación

## The same in a line of text: "offered 641, in time 74.0%"

figure-offered = recibidas
figure-share = parte
figure-service-level = nivel de servicio
figure-answer-time = espera
figure-handle-time = TMO
figure-abandon-rate = abandono
figure-agents = agentes

## The large figures and those below them

card-offered = Conversaciones
card-service-level = Nivel de servicio
card-handle-time = Tiempo medio operativo (TMO)
card-abandon-rate = Tasa de abandono
fact-answer-time = Espera media
fact-talk = Conversación
fact-after-call-work = Trabajo posterior
fact-transfers = Transferencias
fact-agents = Agentes
fact-queues = Colas
answered-of-offered =
    { $count ->
        [one] { $count } atendida
        [many] { $count } atendidas
       *[other] { $count } atendidas
    }
target-at-least = objetivo ≥ { $target }
target-at-most = objetivo ≤ { $target }
met = cumplido
missed = no cumplido
none-to-judge = sin evaluar
target-missed = objetivo no cumplido
not-known = no disponible
figure-missed = objetivo no cumplido
change-since = { $change } vs. { $day }
change-in-a-week = { $change } en una semana
part-of = { $part } de { $whole }

## Rows of the tables

targets-missed =
    { $count ->
        [one] { $count } objetivo no cumplido
        [many] { $count } de objetivos no cumplidos
       *[other] { $count } objetivos no cumplidos
    }
targets-missed-short =
    { $count ->
        [one] { $count } no cumplido
        [many] { $count } no cumplidos
       *[other] { $count } no cumplidos
    }
see-alert = véase la alerta
see-alert-short = véase arriba
queues-more =
    { $count ->
        [one] { $count } cola más, con { $conversations }: la versión de texto de este correo las incluye todas.
        [many] { $count } de colas más, con { $conversations }: la versión de texto de este correo las incluye todas.
       *[other] { $count } colas más, con { $conversations }: la versión de texto de este correo las incluye todas.
    }
groups-more =
    { $count ->
        [one] y { $count } grupo más
        [many] y { $count } de grupos más
       *[other] y { $count } grupos más
    }
alerts-more =
    { $count ->
        [one] y { $count } alerta más
        [many] y { $count } de alertas más
       *[other] y { $count } alertas más
    }
recommendations-more =
    { $count ->
        [one] y { $count } recomendación más
        [many] y { $count } de recomendaciones más
       *[other] y { $count } recomendaciones más
    }
conversations =
    { $count ->
        [one] { $count } conversación
        [many] { $count } de conversaciones
       *[other] { $count } conversaciones
    }
queues =
    { $count ->
        [one] { $count } cola
        [many] { $count } de colas
       *[other] { $count } colas
    }

## The day by hour, the month by day

hour-again = { $hour } (2.ª vez)
bars-height = Altura: conversaciones recibidas.
bars-highest-hour = Máximo: { $offered } en la franja de { $hour }
bars-highest-day = Máximo: { $offered } el { $day }
bars-target = Objetivo de nivel de servicio:
bar = recibidas { $offered }, nivel de servicio { $service_level }, abandono { $abandon_rate }
bar-missed = recibidas { $offered }, nivel de servicio { $service_level } (objetivo no cumplido), abandono { $abandon_rate }
hour-not-read = sin datos
day-without-figures = sin datos
hours-not-read =
    { $count ->
        [one] no se pudo leer { $count } hora
        [many] no se pudieron leer { $count } de horas
       *[other] no se pudieron leer { $count } horas
    }
days-without-figures =
    { $count ->
        [one] { $count } día no tiene datos
        [many] { $count } de días no tienen datos
       *[other] { $count } días no tienen datos
    }

## What the day is compared with

compared-day-before = { $day }, el día anterior
compared-week-before = { $day }, una semana antes
compared-seven-days = 7 días, con los 7 anteriores
compared-thirty-days = 30 días, con los 30 anteriores
compared-year-before = { $day }, 52 semanas antes
compared-thirty-days-year-before = 30 días, con los de 52 semanas antes
not-compared = sin comparación; sin datos: { $days }

## The subject of the mail

subject = { $company }: { $day }, { $figures }
subject-again = { $company }: { $day }, { $figures } (reenvío)
subject-in-time = { $conversations }, nivel de servicio { $service_level }
subject-nothing = ninguna conversación

## Notes at the head of the mail

note-pdf-attached = El informe en PDF, para imprimir y guardar, va adjunto: { $file }
note-pdf-linked =
    { $hours ->
        [one] El informe en PDF no va adjunto. Permanece en el archivo de informes; durante un máximo de { $hours } hora está disponible aquí:
        [many] El informe en PDF no va adjunto. Permanece en el archivo de informes; durante un máximo de { $hours } de horas está disponible aquí:
       *[other] El informe en PDF no va adjunto. Permanece en el archivo de informes; durante un máximo de { $hours } horas está disponible aquí:
    }
note-pdf-unreachable = El PDF no va adjunto y no se pudo crear un enlace; este correo incluye todas sus cifras.
note-pdf-not-made = No se pudo generar el PDF de este informe; este correo incluye todas sus cifras.
note-pdf-built-in-look = El diseño propio de la empresa no se pudo usar en el PDF, o no por completo; lleva el diseño incluido en el informe.
note-pdf-not-accessible = El PDF no cumple la norma de documentos accesibles.
note-pdf-replaced =
    { $count ->
        [one] { $count } carácter que no existe en ninguna fuente se muestra como □ en el PDF.
        [many] { $count } de caracteres distintos que no existen en ninguna fuente se muestran como □ en el PDF.
       *[other] { $count } caracteres distintos que no existen en ninguna fuente se muestran como □ en el PDF.
    }
note-page-not-made = No se pudo generar la página de este informe; este texto incluye todas sus cifras.

## The typeset page: charts of the last days, strip of the hours

chart-week = Últimos 7 días
chart-month = Últimos 30 días
chart-year = Últimos 30 días y el año anterior
axis-service-level = Nivel de servicio, %
key-offered = conversaciones
key-offered-before = conversaciones 52 semanas antes
key-service-level = nivel de servicio
key-service-level-before = nivel de servicio 52 semanas antes
chart-tells-offered = Del { $first } al { $last }: entre { $least } y { $most } conversaciones al día, { $today } el último día.
chart-tells-year =
    { $count ->
        [one] En { $count } día conocido de ambos años: { $now }, y { $before } 52 semanas antes.
        [many] En { $count } de días conocidos de ambos años: { $now }, y { $before } 52 semanas antes.
       *[other] En { $count } días conocidos de ambos años: { $now }, y { $before } 52 semanas antes.
    }
chart-tells-service-level =
    { $count ->
        [0] Nivel de servicio entre { $lowest } y { $highest }; ningún día quedó por debajo del objetivo de { $target }.
        [one] Nivel de servicio entre { $lowest } y { $highest }; { $count } día quedó por debajo del objetivo de { $target }.
        [many] Nivel de servicio entre { $lowest } y { $highest }; { $count } de días quedaron por debajo del objetivo de { $target }.
       *[other] Nivel de servicio entre { $lowest } y { $highest }; { $count } días quedaron por debajo del objetivo de { $target }.
    }
strip-offered = Conversaciones
strip-offered-thousands = Conversaciones, miles
strip-offered-millions = Conversaciones, millones
strip-service-level = Nivel de servicio, %
strip-abandon-rate = Abandono, %
strip-tells-offered = La franja de { $hour } tuvo más conversaciones: { $offered }.
strip-tells-service-level =
    { $count ->
        [0] La franja de { $hour } tuvo el nivel de servicio más bajo: { $lowest }. Ninguna hora quedó por debajo del objetivo.
        [one] La franja de { $hour } tuvo el nivel de servicio más bajo: { $lowest }. { $count } hora quedó por debajo del objetivo.
        [many] La franja de { $hour } tuvo el nivel de servicio más bajo: { $lowest }. { $count } de horas quedaron por debajo del objetivo.
       *[other] La franja de { $hour } tuvo el nivel de servicio más bajo: { $lowest }. { $count } horas quedaron por debajo del objetivo.
    }
strip-hour-again = { $label }: { $hour } por segunda vez, tras el atraso de los relojes.

## The day in a few sentences

summary-offered =
    { $count ->
        [one] Se recibió { $count } conversación { $weekday }.
        [many] Se recibieron { $count } de conversaciones { $weekday }.
       *[other] Se recibieron { $count } conversaciones { $weekday }.
    }
summary-offered-same =
    { $count ->
        [one] Se recibió { $count } conversación { $weekday }, el mismo número que { $before }.
        [many] Se recibieron { $count } de conversaciones { $weekday }, el mismo número que { $before }.
       *[other] Se recibieron { $count } conversaciones { $weekday }, el mismo número que { $before }.
    }
summary-offered-about-same =
    { $count ->
        [one] Se recibió { $count } conversación { $weekday }, casi el mismo número que { $before }.
        [many] Se recibieron { $count } de conversaciones { $weekday }, casi el mismo número que { $before }.
       *[other] Se recibieron { $count } conversaciones { $weekday }, casi el mismo número que { $before }.
    }
summary-offered-more =
    { $count ->
        [one] Se recibió { $count } conversación { $weekday }, un { $change } más que { $before }.
        [many] Se recibieron { $count } de conversaciones { $weekday }, un { $change } más que { $before }.
       *[other] Se recibieron { $count } conversaciones { $weekday }, un { $change } más que { $before }.
    }
summary-offered-fewer =
    { $count ->
        [one] Se recibió { $count } conversación { $weekday }, un { $change } menos que { $before }.
        [many] Se recibieron { $count } de conversaciones { $weekday }, un { $change } menos que { $before }.
       *[other] Se recibieron { $count } conversaciones { $weekday }, un { $change } menos que { $before }.
    }
summary-nothing = No se recibió ninguna conversación el { $day }.
summary-above-target = El nivel de servicio fue del { $service_level }, por encima del objetivo del { $target }
summary-at-target = El nivel de servicio fue del { $service_level }, exactamente el objetivo del { $target }
summary-below-target = El nivel de servicio fue del { $service_level }, por debajo del objetivo del { $target }
summary-said = { $said }.
summary-abandons = { $said }; el { $abandon_rate } abandonó la espera.
summary-handle-time = { $said }, y cada gestión duró { $handle_time } en promedio.
summary-abandons-handle-time = { $said }; el { $abandon_rate } abandonó la espera, y cada gestión duró { $handle_time } en promedio.
summary-attention = { $queue } requiere atención en primer lugar: { $says }.
summary-all-met =
    { $count ->
        [one] La cola cumplió todos sus objetivos.
        [many] Todas las colas ({ $count }) cumplieron todos sus objetivos.
       *[other] Las { $count } colas cumplieron todos sus objetivos.
    }
summary-some-missed =
    { $missed ->
        [one] { $missed } de { $queues } incumplió algún objetivo.
        [many] { $missed } de { $queues } incumplieron algún objetivo.
       *[other] { $missed } de { $queues } incumplieron algún objetivo.
    }

## What alerts and recommendations say, after the name of the queue

service-level-missed = tuvo un nivel de servicio del { $share }, objetivo { $target }
service-level-missed-worst = tuvo un nivel de servicio del { $share }, objetivo { $target }; lo peor, de { $from } a { $to }
abandon-rate-high = perdió el { $share } de las conversaciones recibidas, objetivo máximo { $target }
abandon-rate-high-worst = perdió el { $share } de las conversaciones recibidas, objetivo máximo { $target }; la mayoría de { $from } a { $to }
handle-time-long = tardó { $time } en promedio por gestión, objetivo máximo { $target }
hours-collapsed = tuvo un nivel de servicio del { $share } de { $from } a { $to } y del { $rest } el resto del día
nobody-answered = no atendió a nadie en todo el día
queue-silent = no recibió ninguna conversación, a diferencia de { $weekdays }
volume-more =
    { $count ->
        [one] recibió { $count } conversación, muchas más que { $weekdays }
        [many] recibió { $count } de conversaciones, muchas más que { $weekdays }
       *[other] recibió { $count } conversaciones, muchas más que { $weekdays }
    }
volume-fewer =
    { $count ->
        [one] recibió { $count } conversación, muchas menos que { $weekdays }
        [many] recibió { $count } de conversaciones, muchas menos que { $weekdays }
       *[other] recibió { $count } conversaciones, muchas menos que { $weekdays }
    }
staff-worst-hours = necesita más agentes de { $from } a { $to }
lend-agents = podría haber contado con agentes de la cola { $queue }, que superó con creces su objetivo de nivel de servicio
missed-every-week = incumple su objetivo { $weekday }: conviene planificar más agentes para ese día
after-call-work-long = dedica el { $share } del TMO al trabajo posterior: ayudarían formularios más cortos o códigos de cierre
transfers-many = transfiere el { $share } de lo que atiende: conviene revisar el enrutamiento y las habilidades
short-abandons-decide = Sin quienes colgaron enseguida, se cumple el objetivo de abandono: considérese la opción exclude_short_abandons

## The numbers they rest on: "in time: 68 of 100"

number-in-time = a tiempo
number-in-these-hours = en esas horas
number-in-the-rest = en el resto
number-gave-up = abandonos
number-handled = gestionadas
number-answered = atendidas
number-weeks-before = recibidas en las semanas anteriores
number-weeks-before-in-time = nivel de servicio en las semanas anteriores
number-late = respuestas tardías en esas horas
number-offered-in-hours = recibidas en esas horas
number-handle-time = TMO
number-after-call-work = trabajo posterior
number-busy = ocupación sin pausa
number-this-queue = esta cola
number-other-queue = la otra
number-target = objetivo
number-transferred = transferidas
number-with-short = con abandonos cortos
number-without-short = sin ellos
part-in-time = { $part } de { $whole } a tiempo
part-answered = { $part } de { $whole } recibidas
agents-busy =
    { $agents ->
        [one] { $agents } agente
        [many] { $agents } de agentes
       *[other] { $agents } agentes
    }
level-and-target = { $share } de { $whole }, objetivo { $target }
at-most = máximo { $target }

## What has to be known before the figures are read

provisional = Provisional hasta el { $moment }
day-length = { $zone }, un día de { $hours } horas
incomplete = Incompleto
incomplete-lacks = Genesys no respondió sobre { $lacks }. Lo que falta aparece como –, no como cero.
lacks-hours =
    { $count ->
        [one] { $count } hora del día
        [many] { $count } de horas del día
       *[other] { $count } horas del día
    }
lacks-agents = los agentes que atendieron
lacks-names = los nombres de las colas
restated = Corregido: { $day }
restated-says = { $revisions }, desde el primer informe. { $now }
restated-says-queues =
    { $count ->
        [one] { $revisions }, desde el primer informe. Cambió { $count } cola. { $now }
        [many] { $revisions }, desde el primer informe. Cambiaron { $count } de colas. { $now }
       *[other] { $revisions }, desde el primer informe. Cambiaron { $count } colas. { $now }
    }
restated-final = Estas cifras son definitivas.
restated-open = Todavía pueden cambiar.
revision = { $figure } { $first } → { $now }
revised-offered = conversaciones
revised-service-level = nivel de servicio
revised-handle-time = TMO
revised-answer-time = espera
revised-abandon-rate = abandono

## How much is known, and where it comes from

figures-for =
    { $count ->
        [one] Cifras de { $known } de { $count } cola.
        [many] Cifras de { $known } de { $count } de colas.
       *[other] Cifras de { $known } de { $count } colas.
    }
figures-for-unknown =
    { $count ->
        [one] Cifras de { $count } cola. No se sabe cuántas hay.
        [many] Cifras de { $count } de colas. No se sabe cuántas hay.
       *[other] Cifras de { $count } colas. No se sabe cuántas hay.
    }
silent = Sin ninguna conversación: { $names }.
silent-more =
    { $count ->
        [one] Sin ninguna conversación: { $names } y { $count } más.
        [many] Sin ninguna conversación: { $names } y { $count } más.
       *[other] Sin ninguna conversación: { $names } y { $count } más.
    }
queues-without-name =
    { $count ->
        [one] { $count } cola con cifras no tiene nombre visible para este informe: se eliminó o está en una división aparte.
        [many] { $count } de colas con cifras no tienen nombre visible para este informe: se eliminaron o están en una división aparte.
       *[other] { $count } colas con cifras no tienen nombre visible para este informe: se eliminaron o están en una división aparte.
    }
hours-differ = Las horas suman { $by_hours } y el día, { $by_day }: aún llegaban cifras.
made = Leído el { $read }, generado el { $made } ({ $zone }). Ejecución { $run }.

## Definitions

defined-offered = Conversaciones que llegaron a una cola.
defined-service-level = Conversaciones atendidas dentro del plazo definido para la cola en Genesys, sobre todas las que cuentan para él; de varias colas se suman ambos números.
defined-answer-time = De la cola al agente, en promedio sobre las atendidas.
defined-handle-time = Tiempo medio operativo, con conversación, espera en línea y trabajo posterior, sobre las gestionadas.
defined-abandon-rate = Conversaciones cuyo cliente abandonó la espera, sobre las recibidas.
defined-abandon-rate-without-short = Conversaciones cuyo cliente abandonó la espera, sin los abandonos cortos, sobre las recibidas.
defined-talk = En conversación con el cliente, en promedio.
defined-after-call-work = Trabajo tras la conversación, en promedio.
defined-share = Conversaciones de un medio, sobre el total.
defined-agents = Quienes gestionaron al menos una conversación. Quien trabajó en dos colas cuenta una vez en el grupo y en el total.
defined-transfers = Conversaciones transferidas, sobre las gestionadas.
defined-change = Frente al mismo día de la semana anterior: cantidades en porcentaje, tasas en puntos porcentuales, tiempos en minutos y segundos. Las tasas de varias colas o días se calculan a partir de sus cantidades, nunca de sus tasas.
defined-nothing = Sin cifra: no hubo nada que calcular, o la cifra no se conoce.
definition = { $text } ({ $source }).

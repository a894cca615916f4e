# The words of the nightly report, in the French of Canada. What a message is for, en.ftl says.
#
# A colon has a space before it that does not break, as have % and the words that belong to a number.

## Names

all-queues = Toutes les files
no-queue = Sans file
no-group = Hors groupe
nameless-queue = File { $id } (nom non visible)
nameless-lender = { $id } (nom non visible)
nameless = (sans nom)
medium-voice = Voix
medium-callback = Rappel
medium-chat = Clavardage
medium-email = Courriel
medium-message = Message
medium-unknown = Canal inconnu

## Numbers, lists, dates

colon = { "\u00A0: " }
points =
    { $change ->
        [one] { $change } pt
        [many] { $change } pts
       *[other] { $change } pts
    }
list-last = { $list } et { $last }
list-last-before-i = { $list } et { $last }
more = d’autres
# The first of a month is an ordinal
day =
    { $day ->
        [1] 1er
       *[other] { $day }
    }
weekday =
    { $day ->
        [1] lundi
        [2] mardi
        [3] mercredi
        [4] jeudi
        [5] vendredi
        [6] samedi
       *[7] dimanche
    }
weekday-short =
    { $day ->
        [1] lun.
        [2] mar.
        [3] mer.
        [4] jeu.
        [5] ven.
        [6] sam.
       *[7] dim.
    }
on-weekday =
    { $day ->
        [1] lundi
        [2] mardi
        [3] mercredi
        [4] jeudi
        [5] vendredi
        [6] samedi
       *[7] dimanche
    }
on-weekday-before =
    { $day ->
        [1] le lundi précédent
        [2] le mardi précédent
        [3] le mercredi précédent
        [4] le jeudi précédent
        [5] le vendredi précédent
        [6] le samedi précédent
       *[7] le dimanche précédent
    }
other-weekdays =
    { $day ->
        [1] les autres lundis
        [2] les autres mardis
        [3] les autres mercredis
        [4] les autres jeudis
        [5] les autres vendredis
        [6] les autres samedis
       *[7] les autres dimanches
    }
every-weekday =
    { $day ->
        [1] chaque lundi
        [2] chaque mardi
        [3] chaque mercredi
        [4] chaque jeudi
        [5] chaque vendredi
        [6] chaque samedi
       *[7] chaque dimanche
    }
month =
    { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    }
month-short =
    { $month ->
        [1] janv.
        [2] févr.
        [3] mars
        [4] avr.
        [5] mai
        [6] juin
        [7] juill.
        [8] août
        [9] sept.
        [10] oct.
        [11] nov.
       *[12] déc.
    }
date-long = { $weekday } { $day } { $month } { $year }
date-short = { $weekday } { $day } { $month }
date-short-year = { $weekday } { $day } { $month } { $year }
day-month = { $day } { $month }
day-month-year = { $day } { $month } { $year }
days-range = { $first } au { $last }
clock = { $hour } h { $minute }
moment = { $date }, { $time }

## Heads: of the page and of its parts

report-title = Rapport quotidien
document-title = { $company } : rapport quotidien du { $day }
heading-summary = Résumé
heading-alerts = Ce qui s’est mal passé
heading-recommendations = Ce qui peut être fait
heading-charts = Évolution
heading-hours = Heure par heure
heading-queues = Par file
queues-order = d’abord ce qui demande de l’attention
heading-division = Par division
heading-site = Par site
heading-team = Par équipe
heading-media = Par canal
heading-trends = Comparaison
heading-days = Les 30 derniers jours
heading-definitions = Ce que les termes veulent dire
no-alerts = Aucune alerte.
no-recommendations = Aucune recommandation.
page-of = Page { $page } de { $pages }
characters-replaced = □ remplace un caractère qui ne peut être affiché ici.

## Heads of columns

head-queue = File
head-division = Division
head-site = Site
head-team = Équipe
head-medium = Canal
head-offered = Reçues
head-share = Part
head-service-level = Niveau de service
head-answer-time = Attente
head-handle-time = DMT
head-abandon-rate = Abandon
head-agents = Agents
head-change = Variation

## The same in a line of text: "offered 641, in time 74.0%"

figure-offered = reçues
figure-share = part
figure-service-level = niveau de service
figure-answer-time = attente
figure-handle-time = DMT
figure-abandon-rate = abandon
figure-agents = agents

## The large figures and those below them

card-offered = Conversations
card-service-level = Niveau de service
card-handle-time = Durée moyenne de traitement (DMT)
card-abandon-rate = Taux d’abandon
fact-answer-time = Attente moyenne
fact-talk = Conversation
fact-after-call-work = Travail après appel
fact-transfers = Transferts
fact-agents = Agents
fact-queues = Files
answered-of-offered =
    { $count ->
        [one] { $count } répondue
        [many] { $count } répondues
       *[other] { $count } répondues
    }
target-at-least = cible ≥ { $target }
target-at-most = cible ≤ { $target }
met = atteinte
missed = non atteinte
none-to-judge = sans évaluation
target-missed = cible non atteinte
not-known = non disponible
figure-missed = cible non atteinte
change-since = { $change } vs { $day }
change-in-a-week = { $change } en une semaine
part-of = { $part } sur { $whole }

## Rows of the tables

targets-missed =
    { $count ->
        [one] { $count } cible non atteinte
        [many] { $count } de cibles non atteintes
       *[other] { $count } cibles non atteintes
    }
targets-missed-short =
    { $count ->
        [one] { $count } non atteinte
        [many] { $count } non atteintes
       *[other] { $count } non atteintes
    }
see-alert = voir l’alerte
see-alert-short = voir ci-dessus
queues-more =
    { $count ->
        [one] Encore { $count } file, avec { $conversations } : la version texte de ce courriel les donne toutes.
        [many] Encore { $count } de files, avec { $conversations } : la version texte de ce courriel les donne toutes.
       *[other] Encore { $count } files, avec { $conversations } : la version texte de ce courriel les donne toutes.
    }
groups-more =
    { $count ->
        [one] et encore { $count } groupe
        [many] et encore { $count } de groupes
       *[other] et encore { $count } groupes
    }
alerts-more =
    { $count ->
        [one] et encore { $count } alerte
        [many] et encore { $count } d’alertes
       *[other] et encore { $count } alertes
    }
recommendations-more =
    { $count ->
        [one] et encore { $count } recommandation
        [many] et encore { $count } de recommandations
       *[other] et encore { $count } recommandations
    }
conversations =
    { $count ->
        [one] { $count } conversation
        [many] { $count } de conversations
       *[other] { $count } conversations
    }
queues =
    { $count ->
        [one] { $count } file
        [many] { $count } de files
       *[other] { $count } files
    }

## The day by hour, the month by day

hour-again = { $hour } (2e fois)
bars-height = Hauteur : conversations reçues.
bars-highest-hour = Maximum : { $offered } à { $hour }
bars-highest-day = Maximum : { $offered } le { $day }
bars-target = Cible de niveau de service :
bar = reçues { $offered }, niveau de service { $service_level }, abandon { $abandon_rate }
bar-missed = reçues { $offered }, niveau de service { $service_level } (cible non atteinte), abandon { $abandon_rate }
hour-not-read = sans données
day-without-figures = sans données
hours-not-read =
    { $count ->
        [one] { $count } heure n’a pu être lue
        [many] { $count } d’heures n’ont pu être lues
       *[other] { $count } heures n’ont pu être lues
    }
days-without-figures =
    { $count ->
        [one] { $count } jour n’a pas de données
        [many] { $count } de jours n’ont pas de données
       *[other] { $count } jours n’ont pas de données
    }

## What the day is compared with

compared-day-before = { $day }, la veille
compared-week-before = { $day }, une semaine plus tôt
compared-seven-days = 7 jours, avec les 7 précédents
compared-thirty-days = 30 jours, avec les 30 précédents
compared-year-before = { $day }, 52 semaines plus tôt
compared-thirty-days-year-before = 30 jours, avec ceux d’il y a 52 semaines
not-compared = non comparé; sans données : { $days }

## The subject of the mail

subject = { $company } : { $day }, { $figures }
subject-again = { $company } : { $day }, { $figures } (nouvel envoi)
subject-in-time = { $conversations }, niveau de service { $service_level }
subject-nothing = aucune conversation

## Notes at the head of the mail

note-pdf-attached = Le rapport en PDF, à imprimer ou à conserver, est joint : { $file }
note-pdf-linked =
    { $hours ->
        [one] Le rapport en PDF n’est pas joint. Il reste dans l’archive; pendant au plus { $hours } heure, il est disponible ici :
        [many] Le rapport en PDF n’est pas joint. Il reste dans l’archive; pendant au plus { $hours } d’heures, il est disponible ici :
       *[other] Le rapport en PDF n’est pas joint. Il reste dans l’archive; pendant au plus { $hours } heures, il est disponible ici :
    }
note-pdf-unreachable = Le PDF n’est pas joint et le lien n’a pu être créé; ce courriel en donne tous les chiffres.
note-pdf-not-made = Le PDF de ce rapport n’a pu être produit; ce courriel en donne tous les chiffres.
note-pdf-built-in-look = La présentation propre à l’entreprise n’a pu servir au PDF, ou pas entièrement; il a la présentation fournie avec le rapport.
note-pdf-not-accessible = Le PDF ne respecte pas la norme des documents accessibles.
note-pdf-replaced =
    { $count ->
        [one] { $count } caractère absent de toutes les polices est remplacé par □ dans le PDF.
        [many] { $count } de caractères différents, absents de toutes les polices, sont remplacés par □ dans le PDF.
       *[other] { $count } caractères différents, absents de toutes les polices, sont remplacés par □ dans le PDF.
    }
note-page-not-made = La page de ce rapport n’a pu être produite; ce texte en donne tous les chiffres.

## The typeset page: charts of the last days, strip of the hours

chart-week = Les 7 derniers jours
chart-month = Les 30 derniers jours
chart-year = Les 30 derniers jours et l’année précédente
axis-service-level = Niveau de service, %
key-offered = conversations
key-offered-before = conversations 52 semaines plus tôt
key-service-level = niveau de service
key-service-level-before = niveau de service 52 semaines plus tôt
chart-tells-offered = Du { $first } au { $last } : entre { $least } et { $most } conversations par jour, { $today } le dernier jour.
chart-tells-year =
    { $count ->
        [one] Sur { $count } jour connu des deux années : { $now }, et { $before } 52 semaines plus tôt.
        [many] Sur { $count } de jours connus des deux années : { $now }, et { $before } 52 semaines plus tôt.
       *[other] Sur { $count } jours connus des deux années : { $now }, et { $before } 52 semaines plus tôt.
    }
chart-tells-service-level =
    { $count ->
        [0] Niveau de service entre { $lowest } et { $highest }; aucun jour sous la cible de { $target }.
        [one] Niveau de service entre { $lowest } et { $highest }; { $count } jour sous la cible de { $target }.
        [many] Niveau de service entre { $lowest } et { $highest }; { $count } de jours sous la cible de { $target }.
       *[other] Niveau de service entre { $lowest } et { $highest }; { $count } jours sous la cible de { $target }.
    }
strip-offered = Conversations
strip-offered-thousands = Conversations, milliers
strip-offered-millions = Conversations, millions
strip-service-level = Niveau de service, %
strip-abandon-rate = Abandon, %
strip-tells-offered = L’heure qui commence à { $hour } a eu le plus de conversations : { $offered }.
strip-tells-service-level =
    { $count ->
        [0] L’heure qui commence à { $hour } a eu le niveau de service le plus bas : { $lowest }. Aucune heure sous la cible.
        [one] L’heure qui commence à { $hour } a eu le niveau de service le plus bas : { $lowest }. { $count } heure sous la cible.
        [many] L’heure qui commence à { $hour } a eu le niveau de service le plus bas : { $lowest }. { $count } d’heures sous la cible.
       *[other] L’heure qui commence à { $hour } a eu le niveau de service le plus bas : { $lowest }. { $count } heures sous la cible.
    }
strip-hour-again = { $label } : { $hour } pour la deuxième fois, après le recul de l’heure.

## The day in a few sentences

summary-offered =
    { $count ->
        [one] { $count } conversation est arrivée { $weekday }.
        [many] { $count } de conversations sont arrivées { $weekday }.
       *[other] { $count } conversations sont arrivées { $weekday }.
    }
summary-offered-same =
    { $count ->
        [one] { $count } conversation est arrivée { $weekday }, autant que { $before }.
        [many] { $count } de conversations sont arrivées { $weekday }, autant que { $before }.
       *[other] { $count } conversations sont arrivées { $weekday }, autant que { $before }.
    }
summary-offered-about-same =
    { $count ->
        [one] { $count } conversation est arrivée { $weekday }, à peu près autant que { $before }.
        [many] { $count } de conversations sont arrivées { $weekday }, à peu près autant que { $before }.
       *[other] { $count } conversations sont arrivées { $weekday }, à peu près autant que { $before }.
    }
summary-offered-more =
    { $count ->
        [one] { $count } conversation est arrivée { $weekday }, { $change } de plus que { $before }.
        [many] { $count } de conversations sont arrivées { $weekday }, { $change } de plus que { $before }.
       *[other] { $count } conversations sont arrivées { $weekday }, { $change } de plus que { $before }.
    }
summary-offered-fewer =
    { $count ->
        [one] { $count } conversation est arrivée { $weekday }, { $change } de moins que { $before }.
        [many] { $count } de conversations sont arrivées { $weekday }, { $change } de moins que { $before }.
       *[other] { $count } conversations sont arrivées { $weekday }, { $change } de moins que { $before }.
    }
summary-nothing = Aucune conversation n’est arrivée le { $day }.
summary-above-target = Le niveau de service a été de { $service_level }, au-dessus de la cible de { $target }
summary-at-target = Le niveau de service a été de { $service_level }, exactement la cible de { $target }
summary-below-target = Le niveau de service a été de { $service_level }, sous la cible de { $target }
summary-said = { $said }.
summary-abandons = { $said }; le taux d’abandon a été de { $abandon_rate }.
summary-handle-time = { $said }, et le traitement a duré { $handle_time } en moyenne.
summary-abandons-handle-time = { $said }; le taux d’abandon a été de { $abandon_rate }, et le traitement a duré { $handle_time } en moyenne.
summary-attention = { $queue } demande d’abord de l’attention : cette file { $says }.
summary-all-met =
    { $count ->
        [one] La file a atteint toutes ses cibles.
        [many] Toutes les files ({ $count }) ont atteint toutes leurs cibles.
       *[other] Les { $count } files ont atteint toutes leurs cibles.
    }
summary-some-missed =
    { $missed ->
        [one] Sur { $queues }, { $missed } a manqué au moins une cible.
        [many] Sur { $queues }, { $missed } ont manqué au moins une cible.
       *[other] Sur { $queues }, { $missed } ont manqué au moins une cible.
    }

## What alerts and recommendations say, after the name of the queue

service-level-missed = a eu un niveau de service de { $share }, cible { $target }
service-level-missed-worst = a eu un niveau de service de { $share }, cible { $target }; le pire, de { $from } à { $to }
abandon-rate-high = a perdu { $share } des conversations reçues, cible d’au plus { $target }
abandon-rate-high-worst = a perdu { $share } des conversations reçues, cible d’au plus { $target }; surtout de { $from } à { $to }
handle-time-long = a pris { $time } en moyenne par conversation, cible d’au plus { $target }
hours-collapsed = a eu un niveau de service de { $share } de { $from } à { $to }, et de { $rest } le reste de la journée
nobody-answered = n’a répondu à personne de la journée
queue-silent = n’a reçu aucune conversation, alors qu’il en vient { $weekdays }
volume-more =
    { $count ->
        [one] a reçu { $count } conversation, bien plus que { $weekdays }
        [many] a reçu { $count } de conversations, bien plus que { $weekdays }
       *[other] a reçu { $count } conversations, bien plus que { $weekdays }
    }
volume-fewer =
    { $count ->
        [one] a reçu { $count } conversation, bien moins que { $weekdays }
        [many] a reçu { $count } de conversations, bien moins que { $weekdays }
       *[other] a reçu { $count } conversations, bien moins que { $weekdays }
    }
staff-worst-hours = a besoin de plus d’agents de { $from } à { $to }
lend-agents = aurait pu recevoir l’aide d’agents de la file { $queue }, qui a largement dépassé sa cible de niveau de service
missed-every-week = manque sa cible { $weekday } : prévoir plus d’agents ce jour-là
after-call-work-long = consacre { $share } de sa DMT au travail après appel : des formulaires plus courts ou des codes de clôture aideraient
transfers-many = transfère { $share } de ce qu’elle traite : vérifier l’acheminement et les compétences
short-abandons-decide = Sans les personnes qui ont raccroché aussitôt, la cible d’abandon est atteinte : envisager le réglage exclude_short_abandons

## The numbers they rest on: "in time: 68 of 100"

number-in-time = dans les délais
number-in-these-hours = pendant ces heures
number-in-the-rest = le reste du jour
number-gave-up = abandons
number-handled = traitées
number-answered = répondues
number-weeks-before = reçues les semaines précédentes
number-weeks-before-in-time = niveau de service des semaines précédentes
number-late = réponses tardives pendant ces heures
number-offered-in-hours = reçues pendant ces heures
number-handle-time = DMT
number-after-call-work = travail après appel
number-busy = occupation sans pause
number-this-queue = cette file
number-other-queue = l’autre
number-target = cible
number-transferred = transférées
number-with-short = avec les abandons courts
number-without-short = sans eux
part-in-time = { $part } sur { $whole } dans les délais
part-answered = { $part } sur { $whole } reçues
agents-busy =
    { $agents ->
        [one] { $agents } agent
        [many] { $agents } d’agents
       *[other] { $agents } agents
    }
level-and-target = { $share } de { $whole }, cible { $target }
at-most = au plus { $target }

## What has to be known before the figures are read

provisional = Provisoire jusqu’au { $moment }
day-length = { $zone }, un jour de { $hours } heures
incomplete = Incomplet
incomplete-lacks = Genesys n’a pas fourni { $lacks }. Ce qui manque est indiqué par –, et non par zéro.
lacks-hours =
    { $count ->
        [one] les chiffres de { $count } heure du jour
        [many] les chiffres de { $count } d’heures du jour
       *[other] les chiffres de { $count } heures du jour
    }
lacks-agents = le nombre d’agents ayant traité des conversations
lacks-names = les noms des files
restated = Corrigé : { $day }
restated-says = { $revisions }, depuis le premier rapport. { $now }
restated-says-queues =
    { $count ->
        [one] { $revisions }, depuis le premier rapport. { $count } file a changé. { $now }
        [many] { $revisions }, depuis le premier rapport. { $count } de files ont changé. { $now }
       *[other] { $revisions }, depuis le premier rapport. { $count } files ont changé. { $now }
    }
restated-final = Ces chiffres sont définitifs.
restated-open = Ils peuvent encore changer.
revision = { $figure } { $first } → { $now }
revised-offered = conversations
revised-service-level = niveau de service
revised-handle-time = DMT
revised-answer-time = attente
revised-abandon-rate = abandon

## How much is known, and where it comes from

figures-for =
    { $count ->
        [one] Chiffres de { $known } sur { $count } file.
        [many] Chiffres de { $known } sur { $count } de files.
       *[other] Chiffres de { $known } sur { $count } files.
    }
figures-for-unknown =
    { $count ->
        [one] Chiffres de { $count } file. Leur nombre total n’est pas connu.
        [many] Chiffres de { $count } de files. Leur nombre total n’est pas connu.
       *[other] Chiffres de { $count } files. Leur nombre total n’est pas connu.
    }
silent = Sans aucune conversation : { $names }.
silent-more =
    { $count ->
        [one] Sans aucune conversation : { $names } et { $count } autre.
        [many] Sans aucune conversation : { $names } et { $count } d’autres.
       *[other] Sans aucune conversation : { $names } et { $count } autres.
    }
queues-without-name =
    { $count ->
        [one] { $count } file avec des chiffres n’a pas de nom visible pour ce rapport : supprimée depuis, ou dans une division à part.
        [many] { $count } de files avec des chiffres n’ont pas de nom visible pour ce rapport : supprimées depuis, ou dans une division à part.
       *[other] { $count } files avec des chiffres n’ont pas de nom visible pour ce rapport : supprimées depuis, ou dans une division à part.
    }
hours-differ = Les heures donnent { $by_hours } et le jour, { $by_day } : des chiffres arrivaient encore.
made = Lu le { $read }, produit le { $made } ({ $zone }). Exécution { $run }.

## Definitions

defined-offered = Conversations arrivées dans une file.
defined-service-level = Conversations répondues dans le délai fixé pour la file dans Genesys, sur toutes celles qui comptent; pour plusieurs files, les deux nombres sont additionnés.
defined-answer-time = De la file à l’agent, en moyenne sur les conversations répondues.
defined-handle-time = Durée moyenne de traitement, avec la conversation, la mise en attente et le travail après appel, sur les conversations traitées.
defined-abandon-rate = Conversations dont le client a abandonné l’attente, sur celles reçues.
defined-abandon-rate-without-short = Conversations dont le client a abandonné l’attente, sans les abandons courts, sur celles reçues.
defined-talk = En conversation avec le client, en moyenne.
defined-after-call-work = Travail après la conversation, en moyenne.
defined-share = Conversations d’un média, sur le total.
defined-agents = Personnes ayant traité au moins une conversation. Qui a travaillé pour deux files compte une fois dans le groupe et au total.
defined-transfers = Conversations transférées, sur celles traitées.
defined-change = Par rapport au même jour de la semaine précédente : quantités en pourcentage, taux en points de pourcentage, durées en minutes et secondes. Les taux de plusieurs files ou jours sont calculés à partir de leurs quantités, jamais de leurs taux.
defined-nothing = Aucun chiffre : il n’y avait rien à calculer, ou la valeur n’est pas connue.
definition = { $text } ({ $source }).

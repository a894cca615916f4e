# The words of the nightly report, in English.
#
# Every file in this folder has the same messages, and each message the same variables. A { $count } is written as the
# language writes numbers, and chooses the plural; other variables are put in as they are. Percentages, times and dates are
# ready when they come here. Lines that begin with # say where a message stands.

## Names

all-queues = All queues
no-queue = Without a queue
no-group = In no group
# $id: the begin of the queue's id
nameless-queue = Queue { $id } (no name visible)
# The same within a sentence, after what lend-agents has before it
nameless-lender = queue { $id } (no name visible)
nameless = (without a name)
medium-voice = Voice
medium-callback = Callback
medium-chat = Chat
medium-email = E-mail
medium-message = Message
medium-unknown = Medium unknown

## Numbers, lists, dates

# Between a label and its value
colon = { ": " }
points = { $change } pts
list-last = { $list } and { $last }
# The same before a word that begins with the sound of i
list-last-before-i = { $list } and { $last }
more = more
# A day of a month
day = { $day }
# 1 is Monday
weekday =
    { $day ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
weekday-short =
    { $day ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    }
on-weekday =
    { $day ->
        [1] on Monday
        [2] on Tuesday
        [3] on Wednesday
        [4] on Thursday
        [5] on Friday
        [6] on Saturday
       *[7] on Sunday
    }
on-weekday-before =
    { $day ->
        [1] on the Monday before
        [2] on the Tuesday before
        [3] on the Wednesday before
        [4] on the Thursday before
        [5] on the Friday before
        [6] on the Saturday before
       *[7] on the Sunday before
    }
other-weekdays =
    { $day ->
        [1] other Mondays
        [2] other Tuesdays
        [3] other Wednesdays
        [4] other Thursdays
        [5] other Fridays
        [6] other Saturdays
       *[7] other Sundays
    }
every-weekday =
    { $day ->
        [1] every Monday
        [2] every Tuesday
        [3] every Wednesday
        [4] every Thursday
        [5] every Friday
        [6] every Saturday
       *[7] every Sunday
    }
month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
month-short =
    { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
# Thursday, 26 November 2026
date-long = { $weekday }, { $day } { $month } { $year }
# Thu 26 Nov
date-short = { $weekday } { $day } { $month }
# Thu 26 Nov 2026
date-short-year = { $weekday } { $day } { $month } { $year }
# 26 Nov
day-month = { $day } { $month }
# 26 Nov 2026
day-month-year = { $day } { $month } { $year }
# 1 to 5 Mar 2026
days-range = { $first } to { $last }
# 10:00
clock = { $hour }:{ $minute }
# Thu 26 Nov 10:00
moment = { $date } { $time }

## Heads: of the page and of its parts

report-title = Nightly report
document-title = { $company }: nightly report for { $day }
heading-summary = Summary
heading-alerts = What went wrong
heading-recommendations = What could be done
heading-charts = How it developed
heading-hours = Hour by hour
heading-queues = By queue
queues-order = what needs attention comes first
heading-division = By division
heading-site = By site
heading-team = By team
heading-media = By medium
heading-trends = Compared with
heading-days = The last 30 days
heading-definitions = What the words mean
no-alerts = No alerts.
no-recommendations = No recommendations.
page-of = Page { $page } of { $pages }
characters-replaced = A □ stands for a character that cannot be shown here.

## Heads of columns

head-queue = Queue
head-division = Division
head-site = Site
head-team = Team
head-medium = Medium
head-offered = Offered
head-share = Share
head-service-level = In time
head-answer-time = Answer
head-handle-time = Handle
head-abandon-rate = Lost
head-agents = Agents
head-change = Change

## The same in a line of text: "offered 641, in time 74.0%"

figure-offered = offered
figure-share = share
figure-service-level = in time
figure-answer-time = answer
figure-handle-time = handle
figure-abandon-rate = lost
figure-agents = agents

## The large figures and those below them

card-offered = Conversations
card-service-level = Answered in time
card-handle-time = Handle time
card-abandon-rate = Lost while waiting
fact-answer-time = Time to answer
fact-talk = Talk
fact-after-call-work = After-call work
fact-transfers = Transfers
fact-agents = Agents
fact-queues = Queues
answered-of-offered =
    { $count ->
        [one] { $count } answered
       *[other] { $count } answered
    }
target-at-least = target ≥ { $target }
target-at-most = target ≤ { $target }
# A target was reached, or not
met = met
missed = missed
none-to-judge = none to judge
# Of a mark beside which no figure stands
target-missed = target missed
not-known = not known
# After a figure in a line of text: "in time 74.0% (missed)"
figure-missed = missed
# $change: since $day
change-since = { $change } vs { $day }
change-in-a-week = { $change } in a week
part-of = { $part } of { $whole }

## Rows of the tables

targets-missed =
    { $count ->
        [one] { $count } target missed
       *[other] { $count } targets missed
    }
targets-missed-short =
    { $count ->
        [one] { $count } missed
       *[other] { $count } missed
    }
see-alert = see the alert
see-alert-short = see above
# $conversations: "48,500 conversations"
queues-more =
    { $count ->
        [one] { $count } more queue with { $conversations }: the text version of this mail lists them all.
       *[other] { $count } more queues with { $conversations }: the text version of this mail lists them all.
    }
groups-more =
    { $count ->
        [one] and { $count } more group
       *[other] and { $count } more groups
    }
alerts-more =
    { $count ->
        [one] and { $count } more alert
       *[other] and { $count } more alerts
    }
recommendations-more =
    { $count ->
        [one] and { $count } more recommendation
       *[other] and { $count } more recommendations
    }
conversations =
    { $count ->
        [one] { $count } conversation
       *[other] { $count } conversations
    }
queues =
    { $count ->
        [one] { $count } queue
       *[other] { $count } queues
    }

## The day by hour, the month by day

hour-again = { $hour } again
bars-height = Height: conversations offered.
bars-highest-hour = Highest: { $offered } at { $hour }
bars-highest-day = Highest: { $offered } on { $day }
bars-target = Target for answers in time:
bar = offered { $offered }, in time { $service_level }, lost { $abandon_rate }
bar-missed = offered { $offered }, in time { $service_level } (missed), lost { $abandon_rate }
hour-not-read = not read
# Also of days before the first conversation of all, which the archive has
day-without-figures = no figures
hours-not-read =
    { $count ->
        [one] { $count } hour could not be read
       *[other] { $count } hours could not be read
    }
days-without-figures =
    { $count ->
        [one] { $count } day has no figures
       *[other] { $count } days have no figures
    }

## What the day is compared with

compared-day-before = { $day }, the day before
compared-week-before = { $day }, a week before
compared-seven-days = 7 days, with the 7 before
compared-thirty-days = 30 days, with the 30 before
compared-year-before = { $day }, 52 weeks before
compared-thirty-days-year-before = 30 days, with those 52 weeks before
# $days: "13 to 25 Nov 2026"
not-compared = not compared: no figures for { $days }

## The subject of the mail

subject = { $company }: { $day }, { $figures }
subject-again = { $company }: { $day }, { $figures } (sent again)
subject-in-time = { $conversations }, { $service_level } in time
subject-nothing = no conversations

## Notes at the head of the mail

# $file: its name
note-pdf-attached = The same for printing and keeping is attached: { $file }
# The link stands after it
note-pdf-linked =
    { $hours ->
        [one] The same for printing and keeping is not attached. It stays in the archive; for up to { $hours } hour it is here:
       *[other] The same for printing and keeping is not attached. It stays in the archive; for up to { $hours } hours it is here:
    }
note-pdf-unreachable = The PDF is not attached, and no link to it could be made; this mail has all of its figures.
note-pdf-not-made = The PDF of this report could not be made; this mail has all of its figures.
note-pdf-built-in-look = The company's own look could not be used for the PDF, or not all of it; it has the look that comes with the report.
note-pdf-not-accessible = The PDF does not keep the standard for accessible documents.
note-pdf-replaced =
    { $count ->
        [one] { $count } character that no font has is shown as □ in the PDF.
       *[other] { $count } different characters that no font has are shown as □ in the PDF.
    }
note-page-not-made = The page of this report could not be made; this text has all of its figures.

## The day in a few sentences

# $weekday: "on Thursday"; $before: "on the Thursday before"
summary-offered =
    { $count ->
        [one] { $count } conversation came in { $weekday }.
       *[other] { $count } conversations came in { $weekday }.
    }
summary-offered-same =
    { $count ->
        [one] { $count } conversation came in { $weekday }, as many as { $before }.
       *[other] { $count } conversations came in { $weekday }, as many as { $before }.
    }
# The numbers differ, by so little that no tenth of a percent shows it
summary-offered-about-same =
    { $count ->
        [one] { $count } conversation came in { $weekday }, about as many as { $before }.
       *[other] { $count } conversations came in { $weekday }, about as many as { $before }.
    }
summary-offered-more =
    { $count ->
        [one] { $count } conversation came in { $weekday }, { $change } more than { $before }.
       *[other] { $count } conversations came in { $weekday }, { $change } more than { $before }.
    }
summary-offered-fewer =
    { $count ->
        [one] { $count } conversation came in { $weekday }, { $change } fewer than { $before }.
       *[other] { $count } conversations came in { $weekday }, { $change } fewer than { $before }.
    }
# $day: "Thursday, 26 November 2026"
summary-nothing = No conversations came in on { $day }.
summary-above-target = { $service_level } were answered in time, above the target of { $target }
summary-at-target = { $service_level } were answered in time, exactly the target of { $target }
summary-below-target = { $service_level } were answered in time, short of the target of { $target }
# $said: one of the three before
summary-said = { $said }.
summary-abandons = { $said }; { $abandon_rate } gave up waiting.
summary-handle-time = { $said }, and a conversation took { $handle_time } on average.
summary-abandons-handle-time = { $said }; { $abandon_rate } gave up waiting, and a conversation took { $handle_time } on average.
# $says: what an alert says, as in "answered 68.0% in time, target 80%"
summary-attention = { $queue } needs attention first: it { $says }.
summary-all-met =
    { $count ->
        [one] The queue met all of its targets.
       *[other] All { $count } queues met all of their targets.
    }
# $queues: "12 queues"
summary-some-missed = { $missed } of { $queues } missed a target.

## What alerts and recommendations say, after the name of the queue

service-level-missed = answered { $share } in time, target { $target }
service-level-missed-worst = answered { $share } in time, target { $target }; worst from { $from } to { $to }
abandon-rate-high = lost { $share } of those who came, target at most { $target }
abandon-rate-high-worst = lost { $share } of those who came, target at most { $target }; most from { $from } to { $to }
handle-time-long = took { $time } to handle a conversation, target at most { $target }
hours-collapsed = answered { $share } in time from { $from } to { $to }, { $rest } in the rest of the day
nobody-answered = answered nobody all day
# $weekdays: "other Thursdays"
queue-silent = had no conversations, unlike { $weekdays }
volume-more =
    { $count ->
        [one] had { $count } conversation, far more than on { $weekdays }
       *[other] had { $count } conversations, far more than on { $weekdays }
    }
volume-fewer =
    { $count ->
        [one] had { $count } conversation, far fewer than on { $weekdays }
       *[other] had { $count } conversations, far fewer than on { $weekdays }
    }
staff-worst-hours = needs more agents from { $from } to { $to }
# $queue: the name of another queue
lend-agents = could have had agents of { $queue }, which answered far more in time than it had to
# $weekday: "every Thursday"
missed-every-week = misses its target { $weekday }: plan more agents for this day
after-call-work-long = spends { $share } of its handle time on work after the conversation: shorter forms or wrap-up codes would help
transfers-many = hands on { $share } of what it handles: check routing and skills
# The only one that is about all queues, and a whole sentence
short-abandons-decide = Without those who hung up at once, the abandon target is met: consider the setting exclude_short_abandons

## The numbers they rest on: "in time: 68 of 100"

number-in-time = in time
number-in-these-hours = in these hours
number-in-the-rest = in the rest
number-gave-up = gave up
number-handled = handled
number-answered = answered
number-weeks-before = offered in the weeks before
number-weeks-before-in-time = in time in the weeks before
number-late = late answers in these hours
number-offered-in-hours = offered in these hours
number-handle-time = handle time
number-after-call-work = after-call work
number-busy = busy without a pause
number-this-queue = this queue
number-other-queue = the other
number-target = target
number-transferred = transferred
number-with-short = with short abandons
number-without-short = without
part-in-time = { $part } of { $whole } in time
part-answered = { $part } of { $whole } offered
agents-busy =
    { $agents ->
        [one] { $agents } agent
       *[other] { $agents } agents
    }
# "60.0% of 100, target 80%"
level-and-target = { $share } of { $whole }, target { $target }
at-most = at most { $target }

## What has to be known before the figures are read

provisional = Provisional until { $moment }
day-length = { $zone }, a day of { $hours } hours
incomplete = Incomplete
# $lacks: a list of the three after it
incomplete-lacks = Genesys did not tell { $lacks }. What is missing is shown as –, not as zero.
lacks-hours =
    { $count ->
        [one] the figures of { $count } hour of the day
       *[other] the figures of { $count } hours of the day
    }
lacks-agents = the agents who handled
lacks-names = the names of the queues
restated = Restated: { $day }
# $revisions: a list as in "conversations 4,500 → 4,661 and in time 88.9% → 85.8%"
restated-says = { $revisions }, since it was first reported. { $now }
restated-says-queues =
    { $count ->
        [one] { $revisions }, since it was first reported. { $count } queue changed. { $now }
       *[other] { $revisions }, since it was first reported. { $count } queues changed. { $now }
    }
restated-final = These figures are final.
restated-open = They may still change.
revision = { $figure } { $first } → { $now }
revised-offered = conversations
revised-service-level = in time
revised-handle-time = handle time
revised-answer-time = time to answer
revised-abandon-rate = lost

## How much is known, and where it comes from

figures-for =
    { $count ->
        [one] Figures for { $known } of { $count } queue.
       *[other] Figures for { $known } of { $count } queues.
    }
figures-for-unknown =
    { $count ->
        [one] Figures for { $count } queue. How many there are is not known.
       *[other] Figures for { $count } queues. How many there are is not known.
    }
# $names: names of queues
silent = Without any conversation: { $names }.
silent-more =
    { $count ->
        [one] Without any conversation: { $names } and { $count } more.
       *[other] Without any conversation: { $names } and { $count } more.
    }
queues-without-name =
    { $count ->
        [one] { $count } queue with figures has no name that this report may see: deleted since, or in a division of its own.
       *[other] { $count } queues with figures have no name that this report may see: deleted since, or in a division of its own.
    }
# $by_hours: "48,500 conversations"; $by_day: a number
hours-differ = The hours add up to { $by_hours }, the day to { $by_day }: figures were still arriving.
made = Read { $read }, made { $made } ({ $zone }). Run { $run }.

## Definitions

defined-offered = Conversations that reached a queue.
defined-service-level = Answered within what is set for the queue in Genesys, of all that count for it; of several queues, both numbers are added up.
defined-answer-time = From the queue to the agent, on average over those answered.
defined-handle-time = Talk, hold and work after the conversation, on average over those handled.
defined-abandon-rate = Conversations whose customer gave up waiting, as a share of those offered.
defined-abandon-rate-without-short = Conversations whose customer gave up waiting, short ones left out, as a share of those offered.
defined-talk = In conversation with the customer, on average.
defined-after-call-work = Work after the conversation, on average.
defined-share = Conversations of one medium, as a share of all.
defined-agents = Who handled at least one conversation. Who worked for two queues counts once in a group and in all.
defined-transfers = Conversations handed on, as a share of those handled.
defined-change = Since the same weekday a week before: counts in percent, rates in percentage points, times in minutes and seconds. Rates of several queues or days are made of their counts, never of their rates.
defined-nothing = No figure: nothing happened of which there could be one, or it is not known.
# $text: a definition; $source: the metric of Genesys
definition = { $text } ({ $source }).

## The typeset page: charts of the last days, strip of the hours

chart-week = Last 7 days
chart-month = Last 30 days
chart-year = Last 30 days and the year before
axis-service-level = Answered in time, %
key-offered = conversations
key-offered-before = conversations 52 weeks before
key-service-level = in time
key-service-level-before = in time 52 weeks before
# The chart for whoever does not see it. $first, $last: "Fri 20 Nov"; $least, $most, $today: numbers of conversations
chart-tells-offered = From { $first } to { $last }: between { $least } and { $most } conversations a day, { $today } on the last day.
# Days that are known of this year and of the year before; $now: "48,500 conversations", on them in all; $before: a number
chart-tells-year =
    { $count ->
        [one] On { $count } day that is known of both years: { $now }, and { $before } 52 weeks before.
       *[other] On { $count } days that are known of both years: { $now }, and { $before } 52 weeks before.
    }
# $lowest, $highest, $target: percentages; $count: days that missed the target
chart-tells-service-level =
    { $count ->
        [0] Between { $lowest } and { $highest } were answered in time; no day missed the target of { $target }.
        [one] Between { $lowest } and { $highest } were answered in time; { $count } day missed the target of { $target }.
       *[other] Between { $lowest } and { $highest } were answered in time; { $count } days missed the target of { $target }.
    }
strip-offered = Conversations
strip-offered-thousands = Conversations, thousands
strip-offered-millions = Conversations, millions
strip-service-level = In time, %
strip-abandon-rate = Lost, %
# The strip of the hours for whoever does not see it. $hour: "10:00" or "01:00 again"; $count: hours that missed the target
strip-tells-offered = The hour from { $hour } had most conversations: { $offered }.
strip-tells-service-level =
    { $count ->
        [0] The hour from { $hour } had fewest answers in time: { $lowest }. No hour missed the target.
        [one] The hour from { $hour } had fewest answers in time: { $lowest }. { $count } hour missed the target.
       *[other] The hour from { $hour } had fewest answers in time: { $lowest }. { $count } hours missed the target.
    }
# $label: "01*", as it stands above the strip
strip-hour-again = { $label }: { $hour } for the second time, after the clocks went back.

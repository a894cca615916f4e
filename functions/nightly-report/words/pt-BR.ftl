# The words of the nightly report, in the Portuguese of Brazil. What a message is for, en.ftl says.

## Names

all-queues = Todas as filas
no-queue = Sem fila
no-group = Sem grupo
nameless-queue = Fila { $id } (nome não visível)
nameless-lender = { $id } (nome não visível)
nameless = (sem nome)
medium-voice = Voz
medium-callback = Retorno de chamada
medium-chat = Chat
medium-email = E-mail
medium-message = Mensagem
medium-unknown = Canal desconhecido

## Numbers, lists, dates

colon = { ": " }
points = { $change } p.p.
list-last = { $list } e { $last }
list-last-before-i = { $list } e { $last }
more = outros
# The first of a month is an ordinal
day =
    { $day ->
        [1] 1º
       *[other] { $day }
    }
weekday =
    { $day ->
        [1] segunda-feira
        [2] terça-feira
        [3] quarta-feira
        [4] quinta-feira
        [5] sexta-feira
        [6] sábado
       *[7] domingo
    }
weekday-short =
    { $day ->
        [1] seg.
        [2] ter.
        [3] qua.
        [4] qui.
        [5] sex.
        [6] sáb.
       *[7] dom.
    }
on-weekday =
    { $day ->
        [1] na segunda-feira
        [2] na terça-feira
        [3] na quarta-feira
        [4] na quinta-feira
        [5] na sexta-feira
        [6] no sábado
       *[7] no domingo
    }
on-weekday-before =
    { $day ->
        [1] na segunda-feira anterior
        [2] na terça-feira anterior
        [3] na quarta-feira anterior
        [4] na quinta-feira anterior
        [5] na sexta-feira anterior
        [6] no sábado anterior
       *[7] no domingo anterior
    }
other-weekdays =
    { $day ->
        [1] nas outras segundas-feiras
        [2] nas outras terças-feiras
        [3] nas outras quartas-feiras
        [4] nas outras quintas-feiras
        [5] nas outras sextas-feiras
        [6] nos outros sábados
       *[7] nos outros domingos
    }
every-weekday =
    { $day ->
        [1] toda segunda-feira
        [2] toda terça-feira
        [3] toda quarta-feira
        [4] toda quinta-feira
        [5] toda sexta-feira
        [6] todo sábado
       *[7] todo domingo
    }
month =
    { $month ->
        [1] janeiro
        [2] fevereiro
        [3] março
        [4] abril
        [5] maio
        [6] junho
        [7] julho
        [8] agosto
        [9] setembro
        [10] outubro
        [11] novembro
       *[12] dezembro
    }
month-short =
    { $month ->
        [1] jan.
        [2] fev.
        [3] mar.
        [4] abr.
        [5] mai.
        [6] jun.
        [7] jul.
        [8] ago.
        [9] set.
        [10] out.
        [11] nov.
       *[12] dez.
    }
date-long = { $weekday }, { $day } de { $month } de { $year }
date-short = { $weekday }, { $day } de { $month }
date-short-year = { $weekday }, { $day } de { $month } de { $year }
day-month = { $day } de { $month }
day-month-year = { $day } de { $month } de { $year }
days-range = { $first } a { $last }
clock = { $hour }:{ $minute }
moment = { $date }, { $time }

## Heads: of the page and of its parts

report-title = Relatório diário
document-title = { $company }: relatório diário de { $day }
heading-summary = Resumo
heading-alerts = O que deu errado
heading-recommendations = O que pode ser feito
heading-charts = Evolução
heading-hours = Hora a hora
heading-queues = Por fila
queues-order = primeiro o que precisa de atenção
heading-division = Por divisão
heading-site = Por site
heading-team = Por equipe
heading-media = Por canal
heading-trends = Comparação
heading-days = Últimos 30 dias
heading-definitions = O que significam os termos
no-alerts = Nenhum alerta.
no-recommendations = Nenhuma recomendação.
page-of = Página { $page } de { $pages }
characters-replaced = □ indica um caractere que não pode ser exibido aqui.

## Heads of columns

head-queue = Fila
head-division = Divisão
head-site = Site
head-team = Equipe
head-medium = Canal
head-offered = Recebidas
head-share = Parcela
head-service-level = Nível de serviço
head-answer-time = TME
head-handle-time = TMA
head-abandon-rate = Abandono
head-agents = Agentes
head-change = Variação

## The same in a line of text: "offered 641, in time 74.0%"

figure-offered = recebidas
figure-share = parcela
figure-service-level = nível de serviço
figure-answer-time = TME
figure-handle-time = TMA
figure-abandon-rate = abandono
figure-agents = agentes

## The large figures and those below them

card-offered = Conversas
card-service-level = Nível de serviço
card-handle-time = Tempo médio de atendimento (TMA)
card-abandon-rate = Taxa de abandono
fact-answer-time = Tempo médio de espera (TME)
fact-talk = Conversação
fact-after-call-work = Pós-atendimento
fact-transfers = Transferências
fact-agents = Agentes
fact-queues = Filas
answered-of-offered =
    { $count ->
        [one] { $count } atendida
        [many] { $count } atendidas
       *[other] { $count } atendidas
    }
target-at-least = meta ≥ { $target }
target-at-most = meta ≤ { $target }
met = atingida
missed = não atingida
none-to-judge = sem avaliação
target-missed = meta não atingida
not-known = não disponível
figure-missed = meta não atingida
change-since = { $change } vs. { $day }
change-in-a-week = { $change } em uma semana
part-of = { $part } de { $whole }

## Rows of the tables

targets-missed =
    { $count ->
        [one] { $count } meta não atingida
        [many] { $count } de metas não atingidas
       *[other] { $count } metas não atingidas
    }
targets-missed-short =
    { $count ->
        [one] { $count } não atingida
        [many] { $count } não atingidas
       *[other] { $count } não atingidas
    }
see-alert = ver alerta
see-alert-short = ver acima
queues-more =
    { $count ->
        [one] Mais { $count } fila, com { $conversations }: a versão em texto deste e-mail traz todas.
        [many] Mais { $count } de filas, com { $conversations }: a versão em texto deste e-mail traz todas.
       *[other] Mais { $count } filas, com { $conversations }: a versão em texto deste e-mail traz todas.
    }
groups-more =
    { $count ->
        [one] e mais { $count } grupo
        [many] e mais { $count } de grupos
       *[other] e mais { $count } grupos
    }
alerts-more =
    { $count ->
        [one] e mais { $count } alerta
        [many] e mais { $count } de alertas
       *[other] e mais { $count } alertas
    }
recommendations-more =
    { $count ->
        [one] e mais { $count } recomendação
        [many] e mais { $count } de recomendações
       *[other] e mais { $count } recomendações
    }
conversations =
    { $count ->
        [one] { $count } conversa
        [many] { $count } de conversas
       *[other] { $count } conversas
    }
queues =
    { $count ->
        [one] { $count } fila
        [many] { $count } de filas
       *[other] { $count } filas
    }

## The day by hour, the month by day

hour-again = { $hour } (2ª vez)
bars-height = Altura: conversas recebidas.
bars-highest-hour = Pico: { $offered } na faixa de { $hour }
bars-highest-day = Pico: { $offered } em { $day }
bars-target = Meta de nível de serviço:
bar = recebidas { $offered }, nível de serviço { $service_level }, abandono { $abandon_rate }
bar-missed = recebidas { $offered }, nível de serviço { $service_level } (meta não atingida), abandono { $abandon_rate }
hour-not-read = sem dados
day-without-figures = sem dados
hours-not-read =
    { $count ->
        [one] { $count } hora não pôde ser lida
        [many] { $count } de horas não puderam ser lidas
       *[other] { $count } horas não puderam ser lidas
    }
days-without-figures =
    { $count ->
        [one] { $count } dia não tem dados
        [many] { $count } de dias não têm dados
       *[other] { $count } dias não têm dados
    }

## What the day is compared with

compared-day-before = { $day }, o dia anterior
compared-week-before = { $day }, uma semana antes
compared-seven-days = 7 dias, com os 7 anteriores
compared-thirty-days = 30 dias, com os 30 anteriores
compared-year-before = { $day }, 52 semanas antes
compared-thirty-days-year-before = 30 dias, com os de 52 semanas antes
not-compared = sem comparação; sem dados: { $days }

## The subject of the mail

subject = { $company }: { $day }, { $figures }
subject-again = { $company }: { $day }, { $figures } (reenvio)
subject-in-time = { $conversations }, nível de serviço { $service_level }
subject-nothing = nenhuma conversa

## Notes at the head of the mail

note-pdf-attached = O relatório em PDF, para imprimir e guardar, está anexado: { $file }
note-pdf-linked =
    { $hours ->
        [one] O relatório em PDF não está anexado. Ele fica no arquivo de relatórios; por até { $hours } hora estará disponível aqui:
        [many] O relatório em PDF não está anexado. Ele fica no arquivo de relatórios; por até { $hours } de horas estará disponível aqui:
       *[other] O relatório em PDF não está anexado. Ele fica no arquivo de relatórios; por até { $hours } horas estará disponível aqui:
    }
note-pdf-unreachable = O PDF não está anexado, e não foi possível criar um link; este e-mail traz todos os números.
note-pdf-not-made = Não foi possível gerar o PDF deste relatório; este e-mail traz todos os números.
note-pdf-built-in-look = A identidade visual da empresa não pôde ser usada no PDF, ou não por completo; ele tem o visual padrão do relatório.
note-pdf-not-accessible = O PDF não atende ao padrão de documentos acessíveis.
note-pdf-replaced =
    { $count ->
        [one] { $count } caractere que não existe em nenhuma fonte aparece como □ no PDF.
        [many] { $count } de caracteres diferentes que não existem em nenhuma fonte aparecem como □ no PDF.
       *[other] { $count } caracteres diferentes que não existem em nenhuma fonte aparecem como □ no PDF.
    }
note-page-not-made = Não foi possível gerar a página deste relatório; este texto traz todos os números.

## The typeset page: charts of the last days, strip of the hours

chart-week = Últimos 7 dias
chart-month = Últimos 30 dias
chart-year = Últimos 30 dias e o ano anterior
axis-service-level = Nível de serviço, %
key-offered = conversas
key-offered-before = conversas 52 semanas antes
key-service-level = nível de serviço
key-service-level-before = nível de serviço 52 semanas antes
chart-tells-offered = De { $first } a { $last }: entre { $least } e { $most } conversas por dia, { $today } no último dia.
chart-tells-year =
    { $count ->
        [one] Em { $count } dia conhecido dos dois anos: { $now }, e { $before } 52 semanas antes.
        [many] Em { $count } de dias conhecidos dos dois anos: { $now }, e { $before } 52 semanas antes.
       *[other] Em { $count } dias conhecidos dos dois anos: { $now }, e { $before } 52 semanas antes.
    }
chart-tells-service-level =
    { $count ->
        [0] Nível de serviço entre { $lowest } e { $highest }; nenhum dia ficou abaixo da meta de { $target }.
        [one] Nível de serviço entre { $lowest } e { $highest }; { $count } dia ficou abaixo da meta de { $target }.
        [many] Nível de serviço entre { $lowest } e { $highest }; { $count } de dias ficaram abaixo da meta de { $target }.
       *[other] Nível de serviço entre { $lowest } e { $highest }; { $count } dias ficaram abaixo da meta de { $target }.
    }
strip-offered = Conversas
strip-offered-thousands = Conversas, milhares
strip-offered-millions = Conversas, milhões
strip-service-level = Nível de serviço, %
strip-abandon-rate = Abandono, %
strip-tells-offered = A faixa de { $hour } teve mais conversas: { $offered }.
strip-tells-service-level =
    { $count ->
        [0] A faixa de { $hour } teve o menor nível de serviço: { $lowest }. Nenhuma hora ficou abaixo da meta.
        [one] A faixa de { $hour } teve o menor nível de serviço: { $lowest }. { $count } hora ficou abaixo da meta.
        [many] A faixa de { $hour } teve o menor nível de serviço: { $lowest }. { $count } de horas ficaram abaixo da meta.
       *[other] A faixa de { $hour } teve o menor nível de serviço: { $lowest }. { $count } horas ficaram abaixo da meta.
    }
strip-hour-again = { $label }: { $hour } pela segunda vez, depois que os relógios foram atrasados.

## The day in a few sentences

summary-offered =
    { $count ->
        [one] { $count } conversa foi recebida { $weekday }.
        [many] { $count } de conversas foram recebidas { $weekday }.
       *[other] { $count } conversas foram recebidas { $weekday }.
    }
summary-offered-same =
    { $count ->
        [one] { $count } conversa foi recebida { $weekday }, o mesmo número que { $before }.
        [many] { $count } de conversas foram recebidas { $weekday }, o mesmo número que { $before }.
       *[other] { $count } conversas foram recebidas { $weekday }, o mesmo número que { $before }.
    }
summary-offered-about-same =
    { $count ->
        [one] { $count } conversa foi recebida { $weekday }, quase o mesmo número que { $before }.
        [many] { $count } de conversas foram recebidas { $weekday }, quase o mesmo número que { $before }.
       *[other] { $count } conversas foram recebidas { $weekday }, quase o mesmo número que { $before }.
    }
summary-offered-more =
    { $count ->
        [one] { $count } conversa foi recebida { $weekday }, { $change } a mais que { $before }.
        [many] { $count } de conversas foram recebidas { $weekday }, { $change } a mais que { $before }.
       *[other] { $count } conversas foram recebidas { $weekday }, { $change } a mais que { $before }.
    }
summary-offered-fewer =
    { $count ->
        [one] { $count } conversa foi recebida { $weekday }, { $change } a menos que { $before }.
        [many] { $count } de conversas foram recebidas { $weekday }, { $change } a menos que { $before }.
       *[other] { $count } conversas foram recebidas { $weekday }, { $change } a menos que { $before }.
    }
summary-nothing = Nenhuma conversa foi recebida ({ $day }).
summary-above-target = O nível de serviço foi de { $service_level }, acima da meta de { $target }
summary-at-target = O nível de serviço foi de { $service_level }, exatamente a meta de { $target }
summary-below-target = O nível de serviço foi de { $service_level }, abaixo da meta de { $target }
summary-said = { $said }.
summary-abandons = { $said }; o abandono foi de { $abandon_rate }.
summary-handle-time = { $said }, e o atendimento levou em média { $handle_time }.
summary-abandons-handle-time = { $said }; o abandono foi de { $abandon_rate }, e o atendimento levou em média { $handle_time }.
summary-attention = { $queue } precisa de atenção em primeiro lugar: { $says }.
summary-all-met =
    { $count ->
        [one] A fila atingiu todas as suas metas.
        [many] Todas as { $count } de filas atingiram todas as suas metas.
       *[other] Todas as { $count } filas atingiram todas as suas metas.
    }
summary-some-missed =
    { $missed ->
        [one] { $missed } de { $queues } deixou de atingir alguma meta.
        [many] { $missed } de { $queues } deixaram de atingir alguma meta.
       *[other] { $missed } de { $queues } deixaram de atingir alguma meta.
    }

## What alerts and recommendations say, after the name of the queue

service-level-missed = teve nível de serviço de { $share }, meta de { $target }
service-level-missed-worst = teve nível de serviço de { $share }, meta de { $target }; o pior período foi entre { $from } e { $to }
abandon-rate-high = perdeu { $share } das conversas recebidas, meta de no máximo { $target }
abandon-rate-high-worst = perdeu { $share } das conversas recebidas, meta de no máximo { $target }; a maioria entre { $from } e { $to }
handle-time-long = levou em média { $time } por atendimento, meta de no máximo { $target }
hours-collapsed = teve nível de serviço de { $share } entre { $from } e { $to } e de { $rest } no resto do dia
nobody-answered = não atendeu ninguém o dia todo
queue-silent = não recebeu nenhuma conversa, ao contrário do que ocorre { $weekdays }
volume-more =
    { $count ->
        [one] recebeu { $count } conversa, muito mais que { $weekdays }
        [many] recebeu { $count } de conversas, muito mais que { $weekdays }
       *[other] recebeu { $count } conversas, muito mais que { $weekdays }
    }
volume-fewer =
    { $count ->
        [one] recebeu { $count } conversa, muito menos que { $weekdays }
        [many] recebeu { $count } de conversas, muito menos que { $weekdays }
       *[other] recebeu { $count } conversas, muito menos que { $weekdays }
    }
staff-worst-hours = precisa de mais agentes entre { $from } e { $to }
lend-agents = poderia ter contado com agentes da fila { $queue }, que ficou muito acima da sua meta de nível de serviço
missed-every-week = fica abaixo da meta { $weekday }: planeje mais agentes para esse dia
after-call-work-long = gasta { $share } do TMA em pós-atendimento: formulários mais curtos ou códigos de finalização ajudariam
transfers-many = transfere { $share } do que atende: verifique o roteamento e as habilidades
short-abandons-decide = Sem quem desligou logo no início, a meta de abandono é atingida: considere a configuração exclude_short_abandons

## The numbers they rest on: "in time: 68 of 100"

number-in-time = dentro do prazo
number-in-these-hours = nesse período
number-in-the-rest = no resto do dia
number-gave-up = desistências
number-handled = atendimentos
number-answered = atendidas
number-weeks-before = recebidas nas semanas anteriores
number-weeks-before-in-time = nível de serviço nas semanas anteriores
number-late = respostas fora do prazo nesse período
number-offered-in-hours = recebidas nesse período
number-handle-time = TMA
number-after-call-work = pós-atendimento
number-busy = ocupação sem pausa
number-this-queue = esta fila
number-other-queue = a outra
number-target = meta
number-transferred = transferidas
number-with-short = com abandonos curtos
number-without-short = sem eles
part-in-time = { $part } de { $whole } dentro do prazo
part-answered = { $part } de { $whole } recebidas
agents-busy =
    { $agents ->
        [one] { $agents } agente
        [many] { $agents } de agentes
       *[other] { $agents } agentes
    }
level-and-target = { $share } de { $whole }, meta { $target }
at-most = no máximo { $target }

## What has to be known before the figures are read

provisional = Provisório até { $moment }
day-length = { $zone }, um dia de { $hours } horas
incomplete = Incompleto
incomplete-lacks = O Genesys não respondeu sobre { $lacks }. O que falta aparece como –, e não como zero.
lacks-hours =
    { $count ->
        [one] { $count } hora do dia
        [many] { $count } de horas do dia
       *[other] { $count } horas do dia
    }
lacks-agents = os agentes que atenderam
lacks-names = os nomes das filas
restated = Corrigido: { $day }
restated-says = { $revisions }, desde o primeiro relatório. { $now }
restated-says-queues =
    { $count ->
        [one] { $revisions }, desde o primeiro relatório. { $count } fila mudou. { $now }
        [many] { $revisions }, desde o primeiro relatório. { $count } de filas mudaram. { $now }
       *[other] { $revisions }, desde o primeiro relatório. { $count } filas mudaram. { $now }
    }
restated-final = Estes números são definitivos.
restated-open = Eles ainda podem mudar.
revision = { $figure } { $first } → { $now }
revised-offered = conversas
revised-service-level = nível de serviço
revised-handle-time = TMA
revised-answer-time = TME
revised-abandon-rate = abandono

## How much is known, and where it comes from

figures-for =
    { $count ->
        [one] Números de { $known } de { $count } fila.
        [many] Números de { $known } de { $count } de filas.
       *[other] Números de { $known } de { $count } filas.
    }
figures-for-unknown =
    { $count ->
        [one] Números de { $count } fila. Não se sabe quantas existem.
        [many] Números de { $count } de filas. Não se sabe quantas existem.
       *[other] Números de { $count } filas. Não se sabe quantas existem.
    }
silent = Sem nenhuma conversa: { $names }.
silent-more =
    { $count ->
        [one] Sem nenhuma conversa: { $names } e mais { $count }.
        [many] Sem nenhuma conversa: { $names } e mais { $count }.
       *[other] Sem nenhuma conversa: { $names } e mais { $count }.
    }
queues-without-name =
    { $count ->
        [one] { $count } fila com números não tem nome visível para este relatório: foi excluída ou está em uma divisão à parte.
        [many] { $count } de filas com números não têm nome visível para este relatório: foram excluídas ou estão em uma divisão à parte.
       *[other] { $count } filas com números não têm nome visível para este relatório: foram excluídas ou estão em uma divisão à parte.
    }
hours-differ = As horas somam { $by_hours } e o dia, { $by_day }: ainda chegavam números.
made = Lido em { $read }, gerado em { $made } ({ $zone }). Execução { $run }.

## Definitions

defined-offered = Conversas que chegaram a uma fila.
defined-service-level = Conversas atendidas dentro do prazo definido para a fila no Genesys, sobre todas as que contam para ele; de várias filas, somam-se os dois números.
defined-answer-time = Tempo médio de espera, da entrada na fila até o agente, sobre as conversas atendidas.
defined-handle-time = Tempo médio de atendimento, com conversa, espera em linha e pós-atendimento, sobre as conversas atendidas.
defined-abandon-rate = Conversas cujo cliente desistiu da espera, sobre as recebidas.
defined-abandon-rate-without-short = Conversas cujo cliente desistiu da espera, sem os abandonos curtos, sobre as recebidas.
defined-talk = Em conversa com o cliente, em média.
defined-after-call-work = Trabalho após a conversa, em média.
defined-share = Conversas de um meio, sobre o total.
defined-agents = Quem atendeu pelo menos uma conversa. Quem trabalhou em duas filas conta uma vez no grupo e no total.
defined-transfers = Conversas transferidas, sobre as atendidas.
defined-change = Em relação ao mesmo dia da semana anterior: quantidades em porcentagem, taxas em pontos percentuais, tempos em minutos e segundos. As taxas de várias filas ou dias são calculadas a partir das suas quantidades, nunca das suas taxas.
defined-nothing = Sem valor: não houve nada a calcular, ou o valor não é conhecido.
definition = { $text } ({ $source }).

"""The gap server: what the AWS emulator lacks, in front of it.

`python -m stack.gap` listens on one port and forwards everything to the emulator byte for byte, with the host name that
the client signed for, so that signatures stay valid and roles are judged as before. Four things it does itself:

* `tables.py`, the DynamoDB control plane: a table is UPDATING for a while after a change and shows its old numbers until
  then; decreases are counted and run out; a change that changes nothing is refused.
* `scaling.py`, Application Auto Scaling: targets and policies, and a table that follows a raised floor.
* `groups.py`, EC2 Auto Scaling: instances that take a while to be in service, and the events of those that came or went.
* `mails.py`, SES version 2: mails kept as they were sent, and the events about them.

Functions get here by AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING, AWS_ENDPOINT_URL_AUTO_SCALING and AWS_ENDPOINT_URL_SESV2.
When they get AWS_ENDPOINT_URL as well, `recording.py` knows every call that each of them made, which is how roles are compared with code.

Under `/_gap/` it is asked and told: `control.py`.
"""

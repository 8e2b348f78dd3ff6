/** Exit statuses of websocketc; part of its interface. */
export const status = { ended: 0, lost: 1, usage: 2, refused: 3, timeout: 4 } as const

/** What follows the list of options in `--help`. */
export const epilogue = `
Input
  A terminal: each line is a text message; /help lists the commands. Piped: sent as it is read, in binary messages of
  at most 64 KiB (--lines: each line a text message). With --send and its kin, standard input is not read.
  In the views json and cbor, input is lines; {"utype":7,"payload":"x"} is sent as it is, other text is wrapped with
  --utype and --mtype. In the view packet, every message is a whole packet.
  Durations are written 250ms, 25s, 5m, 1h, or off.

Output
  To a terminal: text as text, binary as text where that can be read, else as hex. To a pipe or file: text messages
  with a line feed behind each, binary messages exactly as they came. The views json and cbor print a JSON object per
  message. Everything else goes to standard error.

End
  After the end of input the run ends when --expect-count messages have come, when nothing came for --wait, or when the
  server closes. ^C and ^D say goodbye and end it. With --reconnect, a service that ended or restarts, or a loss that may
  mend, does not end it: it comes back, also at the start while the service is down. A refusal by a rule is final.

Exit status
  0  ended as asked
  1  the connection opened and was lost, or closed before all input was sent
  2  bad usage or unusable input
  3  refused: the connection never opened, or with --reconnect not again
  4  time is up, or fewer messages came than expected

Examples
  websocketc ws://127.0.0.1:8080/pong                            type and see the answers
  printf hi | websocketc ws://127.0.0.1:8080/pong                send "hi", print the answer
  websocketc --send hi --expect-count 1 --timeout 5s URL         for scripts
  websocketc --view json --utype 7 --send hi URL                 {"mtype":2,"utype":7,"payload":"hi"}
  websocketc --wait off --reconnect --quiet URL </dev/null >log  listen only, and come back
  websocketc ws+unix:///run/sockgate/ws.sock:/pong               over a local socket
`

// A libipc service as the originals are: what one read returns is one message. It ends with status 1, and a sentence,
// when a read brings anything but exactly one frame; else it sends the frame back.
//   one-read SOCKET [MICROSECONDS to be slow before each read]
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEADER 6 // type, length (32 bit, big-endian), user type
static unsigned char frame[256 * 1024];

int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  unsigned slow = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
  snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 8)) return perror(argv[1]), 2;
  if (nice(-10) == -1) perror("nice"); // helps to keep up where the user may
  puts("ready");
  fflush(stdout);
  int client = accept(server, NULL, NULL);
  for (;;) {
    if (slow) usleep(slow);
    ssize_t length = recv(client, frame, sizeof frame, 0);
    if (length <= 0) return 0;
    uint32_t payload = (uint32_t)frame[1] << 24 | (uint32_t)frame[2] << 16 | (uint32_t)frame[3] << 8 | frame[4];
    if (length < HEADER || (size_t)length != HEADER + payload) {
      printf("one read brought %zd bytes, the first frame has %u\n", length, HEADER + payload);
      return 1;
    }
    if (send(client, frame, (size_t)length, MSG_NOSIGNAL) != length) return 0;
  }
}

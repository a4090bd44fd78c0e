#include "../area/program.c"

// Which instruction sets this processor and its operating system have. Compiled into every library;
// Python asks the one that runs everywhere.
#include <cstring>

extern "C" __attribute__((visibility("default"))) int scatterlab_runs(const char* instruction_set) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (!std::strcmp(instruction_set, "avx2")) return avx2;
  if (!std::strcmp(instruction_set, "avx512"))
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
  return !std::strcmp(instruction_set, "baseline");
}

// The memory that a transform works in.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace scatterlab {

// Where addresses are watched (make sanitize), some floats after each array that nothing may touch.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t GAP = 64, GAPS = 100 * GAP;
inline void forbid(float* from, float* to) { ASAN_POISON_MEMORY_REGION(from, 4 * (to - from)); }
#else
constexpr size_t GAP = 0, GAPS = 0;
inline void forbid(float*, float*) {}
#endif

constexpr size_t LINE = 16;  // floats that memory is read by

// Bytes of a large page of memory, where the system has such: the samples of a column are all in one,
// and not each in another, of which processors remember few.
constexpr size_t PAGE = 2 << 20;

// Floats in whole lines, handed out in turn.
class Memory {
 public:
  explicit Memory(size_t floats) {
    const size_t bytes = (4 * (floats + GAPS) + PAGE - 1) / PAGE * PAGE;
    next = base = static_cast<float*>(::operator new(bytes, std::align_val_t(PAGE)));
#if defined(__linux__)
    madvise(base, bytes, MADV_HUGEPAGE);  // advice: it may be refused
#endif
    std::memset(base, 0, 4 * floats);
  }
  ~Memory() { ::operator delete(base, std::align_val_t(PAGE)); }
  Memory(const Memory&) = delete;
  float* take(size_t floats) {
    float* taken = next;
    next += (floats + LINE - 1) / LINE * LINE + GAP;
    forbid(taken + floats, next);
    return taken;
  }

 private:
  float *base, *next;
};

}  // namespace scatterlab

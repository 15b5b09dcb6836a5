// Runs the kernel on random trees, for a sanitizer to watch: tests/engines/sanitize.py.
//
//   kernel_driver FIRST LAST   runs examples FIRST…LAST−1; each is determined by its number
#include <cstdio>
#include <cstdlib>
#include <random>

#include "engine.cpp"

// The allocation that fails, counted from now; negative: none.
static std::atomic<long> allocations_left{-1};

__attribute__((noinline)) static void* allocate(size_t bytes, size_t alignment) {
  if (allocations_left >= 0 && allocations_left-- == 0) throw std::bad_alloc();
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}
__attribute__((noinline)) static void release(void* memory) { std::free(memory); }
void* operator new(size_t bytes) { return allocate(bytes, alignof(std::max_align_t)); }
void* operator new(size_t bytes, std::align_val_t alignment) { return allocate(bytes, size_t(alignment)); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { release(memory); }

namespace {

using Floats = std::vector<float>;

[[noreturn]] void fail(int number, const char* what) {
  std::fprintf(stderr, "example %d: %s\n", number, what);
  std::exit(1);
}

bool equal(const Floats& one, const Floats& other) {
  return one.empty() || std::memcmp(one.data(), other.data(), sizeof(float) * one.size()) == 0;
}

// A tree as Python would describe it, with random filters.
class Example {
 public:
  Description description{};
  JointDescription joint{};
  int dims, split;
  int64_t count;

  // With `angles`, a tree whose nodes are those of joint scattering.
  explicit Example(int number, int angles = 0) : random(number) {
    const int sizes[] = {1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 17, 20, 24, 26, 32, 33, 37, 40, 48};
    const int lengths[] = {1, 2, 3, 8, 13, 32, 36, 37, 60, 64, 97, 128, 240, 256, 331, 512, 1024, 2310};
    const int counts[] = {0, 1, 2, 15, 16, 17};
    dims = angles || below(3) ? 2 : 1, split = below(3), count = counts[below(6)];
    Description& d = description;
    d.dims = dims, d.levels = 1 + below(4);
    int ny = dims == 2 ? pick(sizes) : 1, nx = dims == 2 ? pick(sizes) : pick(lengths);
    d.height = dims == 2 ? 1 + below(ny) : 1, d.width = 1 + below(nx);
    d.out_height = dims == 2 ? 1 + below(std::min(ny, 20)) : 1, d.out_width = 1 + below(std::min(nx, 40));
    source_y = sources(ny, d.height), source_x = sources(nx, d.width);
    for (int level = 0; level < d.levels; ++level) {
      lattice.push_back(ny), lattice.push_back(nx);
      step.push_back(below(nx));
      averaging_y.push_back(matrix(d.out_height, ny));
      averaging_x.push_back(matrix(dims == 2 ? d.out_width : 1, nx));
      ny = divided(ny), nx = divided(nx);
    }
    if (angles) {
      grow_joint(angles);
    } else {
      grow(0, 0, 1 + below(3));
    }
    d.nodes = parent.size(), d.filters = filters.size();
    d.lattice = lattice.data(), d.step = step.data();
    d.source_y = source_y.data(), d.source_x = source_x.data();
    d.averaging_y = pointers(averaging_y), d.averaging_x = pointers(averaging_x), d.filter_hat = pointers(filters);
    d.parent = parent.data(), d.level = level_of.data(), d.filter = filter_of.data();
    d.begin = begin.data(), d.count = extent.data();
  }

  int64_t pixels() const { return int64_t(description.height) * description.width; }
  int64_t joint_outputs() const { return int64_t(joint.rows) * description.out_height * description.out_width; }
  int64_t outputs() const { return int64_t(description.nodes) * description.out_height * description.out_width; }

  Floats values(int64_t size) {
    std::normal_distribution<float> normal;
    Floats made(size);
    for (float& value : made) value = normal(random);
    return made;
  }

 private:
  std::mt19937 random;
  std::vector<int> lattice, step, source_y, source_x;
  std::vector<int> first_node, first_row, second_of, second_node, second_row;
  Floats second_sign, weights;
  std::vector<int> parent{-1}, level_of{0}, filter_of{0}, begin, extent;
  std::vector<Floats> averaging_y, averaging_x, filters;
  std::vector<std::vector<const float*>> kept;
  std::map<std::vector<int>, int> known;

  int below(int n) { return random() % n; }
  template <size_t N>
  int pick(const int (&from)[N]) { return from[below(N)]; }
  int divided(int n) { return n % 3 == 0 && below(2) ? n / 3 : n % 2 == 0 && below(4) ? n / 2 : n; }

  const float* const* pointers(const std::vector<Floats>& arrays) {
    kept.emplace_back();
    for (const Floats& array : arrays) kept.back().push_back(array.data());
    return kept.back().data();
  }

  std::vector<int> sources(int padded, int size) {
    std::vector<int> made(2 * padded);
    for (int i = 0; i < padded; ++i) {
      made[i] = below(size + 1) - 1;
      made[padded + i] = below(10) ? made[i] : below(size + 1) - 1;
    }
    return made;
  }

  // Zero outside a band.
  Floats matrix(int rows, int columns) {
    Floats made = values(int64_t(rows) * columns);
    const int first = below(columns), last = first + below(columns - first + 1);
    for (int i = 0; i < rows * columns; ++i)
      if (i % columns < first || i % columns >= last) made[i] = 0;
    return made;
  }

  void grow(int node, int level, int orders) {
    for (int left = orders ? 1 + below(5) : 0; left; --left) {
      const int child = parent.size(), after = level + below(description.levels - level);
      parent.push_back(node), level_of.push_back(after), filter_of.push_back(filter(level, after));
      if (below(2)) grow(child, after, orders - 1);
    }
  }

  // L nodes for each of one or two first scales, and L for each of some second filters.
  void grow_joint(int L) {
    joint.L = L, joint.K = below(4), joint.averaged = below(2), joint.rows = 1;
    const auto row_of = [&](std::vector<int>& rows, int width_of_wavelets) {
      for (int k = 0; k <= joint.K; ++k) {
        const bool wanted = below(5);
        rows.push_back(wanted ? joint.rows : -1);
        if (wanted) joint.rows += joint.averaged ? 1 : k < joint.K ? width_of_wavelets : L;
      }
    };
    const auto add = [&](std::vector<int>& nodes, int before, int level, const std::vector<int>* parents, int first) {
      for (int theta = 0; theta < L; ++theta) {
        nodes.push_back(parent.size());
        parent.push_back(parents ? (*parents)[first + theta] : 0), level_of.push_back(level), filter_of.push_back(filter(before, level));
      }
    };
    for (joint.firsts = 0; joint.firsts < 1 + below(2); ++joint.firsts) {
      const int level = below(description.levels), from = first_node.size();
      add(first_node, 0, level, nullptr, 0), row_of(first_row, L);
      for (int left = below(4); left; --left, ++joint.seconds) {
        add(second_node, level, level + below(description.levels - level), &first_node, from), row_of(second_row, 2 * L);
        second_of.push_back(joint.firsts);
        for (int theta = 0; theta < L; ++theta) second_sign.push_back(below(2) ? 1 : -1);
      }
    }
    weights = values(int64_t(joint.K + 1) * L * 4 * L);
    joint.first_node = first_node.data(), joint.first_row = first_row.data(), joint.second_of = second_of.data();
    joint.second_node = second_node.data(), joint.second_sign = second_sign.data(), joint.second_row = second_row.data();
    joint.weights = weights.data();
  }

  // One of three filters for each step between lattices.
  int filter(int before, int after) {
    const auto [found, is_new] = known.try_emplace({before, after, below(3)}, filters.size());
    if (is_new) {
      const int samples = lattice[2 * before] * lattice[2 * before + 1], real = below(2), sparse = below(2);
      begin.push_back(dims == 1 ? below(samples) : 0);
      extent.push_back(dims == 1 ? below(samples + 1) : samples);
      filters.push_back(values(2 * extent.back()));
      for (size_t i = 0; i < filters.back().size(); ++i)
        if ((real && i % 2) || (sparse && below(4))) filters.back()[i] = 0;
    }
    return found->second;
  }
};

// Calls `run` until no allocation fails in it; it returns whether it could do its work.
template <class Run>
void until_memory_suffices(const Run& run) {
  bool done = false;
  for (long allowed = 0; !done; allowed += 1 + allowed / 4) {
    allocations_left = allowed;
    done = run();
  }
  allocations_left = -1;
}

void exercise(int number) {
  Example example(number);
  const int64_t count = example.count;
  const Floats images = example.values(count * example.pixels());
  const Floats gradient = example.values(count * example.outputs());
  void* plan = nullptr;
  until_memory_suffices([&] { return (plan = scatterlab_plan(&example.description, example.split)) != nullptr; });
  if (scatterlab_lanes(plan) < 1) fail(number, "no lanes");
  Floats out(gradient.size()), result(images.size());
  until_memory_suffices([&] { return scatterlab_forward(plan, images.data(), count, out.data(), 2) == OK; });
  until_memory_suffices([&] { return scatterlab_backward(plan, images.data(), gradient.data(), count, result.data(), 2) == OK; });
  for (int threads : {1, 7}) {
    Floats again(out.size()), result_again(result.size());
    const Floats spoilt(images.size(), NAN), spoilt_gradient(gradient.size(), NAN);
    if (scatterlab_forward(plan, spoilt.data(), count, again.data(), threads) ||
        scatterlab_backward(plan, spoilt.data(), spoilt_gradient.data(), count, result_again.data(), threads))
      fail(number, "NaN broke it down");
    if (scatterlab_forward(plan, images.data(), count, again.data(), threads) ||
        scatterlab_backward(plan, images.data(), gradient.data(), count, result_again.data(), threads))
      fail(number, "it broke down");
    if (!equal(again, out) || !equal(result_again, result)) fail(number, "the number of threads matters, or what was computed before");
  }
  if (count > 0) {
    Floats first(example.outputs());
    if (scatterlab_forward(plan, images.data(), 1, first.data(), 1)) fail(number, "one image broke it down");
    if (!std::equal(first.begin(), first.end(), out.begin())) fail(number, "the other images matter");
  }
  scatterlab_free(plan);
}

void exercise_joint(int number) {
  Example example(number, 2 + 2 * (number % 3));
  const int64_t count = example.count;
  const Floats images = example.values(count * example.pixels());
  void* plan = nullptr;
  until_memory_suffices([&] { return (plan = scatterlab_joint_plan(&example.description, &example.joint, example.split)) != nullptr; });
  if (scatterlab_joint_lanes(plan) < 1) fail(number, "no lanes");
  Floats out(count * example.joint_outputs());
  until_memory_suffices([&] { return scatterlab_joint_forward(plan, images.data(), count, out.data(), 2) == OK; });
  for (int threads : {1, 7}) {
    Floats again(out.size());
    const Floats spoilt(images.size(), NAN);
    if (scatterlab_joint_forward(plan, spoilt.data(), count, again.data(), threads)) fail(number, "NaN broke joint scattering down");
    if (scatterlab_joint_forward(plan, images.data(), count, again.data(), threads)) fail(number, "joint scattering broke down");
    if (!equal(again, out)) fail(number, "the number of threads matters to joint scattering, or what was computed before");
  }
  scatterlab_joint_free(plan);
}

}  // namespace

int main(int, char** arguments) {
  for (int number = std::atoi(arguments[1]); number < std::atoi(arguments[2]); ++number) exercise(number), exercise_joint(number);
}

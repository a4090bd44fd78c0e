; The cells of variables that inner functions share, as CPython lays them out: what a cell holds stands at 16, or NULL.

declare i64 @lh_cell_set(ptr, ptr) nounwind

define internal ptr @lh.cell.content(ptr %cell) alwaysinline nounwind {
  %at = getelementptr i8, ptr %cell, i64 16
  %content = load ptr, ptr %at, align 8
  ret ptr %content
}

#include "store/test_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

namespace extramile::store {
namespace {

constexpr size_t kSector = 512;

// SQLite's file object: ours in front, the system's behind it in the same allocation.
struct DiskFile {
  sqlite3_file base;
  std::string* path;  // null for temporary files, which nothing is noted of
  sqlite3_int64 size;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

DiskFile* Of(sqlite3_file* file) { return reinterpret_cast<DiskFile*>(file); }
sqlite3_vfs* System() { return sqlite3_vfs_find(nullptr); }

int Close(sqlite3_file* file) {
  DiskFile* disk_file = Of(file);
  delete disk_file->path;
  disk_file->path = nullptr;
  return disk_file->real()->pMethods->xClose(disk_file->real());
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  return Of(file)->real()->pMethods->xRead(Of(file)->real(), out, size, offset);
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  DiskFile* disk_file = Of(file);
  if (disk_file->path && TestDisk::Get().full) return SQLITE_FULL;
  const int code = disk_file->real()->pMethods->xWrite(disk_file->real(), data, size, offset);
  if (code == SQLITE_OK && disk_file->path) {
    TestDisk::Get().NoteWrite(*disk_file->path, data, static_cast<size_t>(size),
                              static_cast<size_t>(offset));
  }
  return code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  DiskFile* disk_file = Of(file);
  const int code = disk_file->real()->pMethods->xTruncate(disk_file->real(), size);
  if (code == SQLITE_OK && disk_file->path)
    TestDisk::Get().NoteTruncate(*disk_file->path, static_cast<size_t>(size));
  return code;
}

int Sync(sqlite3_file* file, int) {
  DiskFile* disk_file = Of(file);
  if (TestDisk::Get().sync_fails) return SQLITE_IOERR_FSYNC;
  // The system is not asked: whether it would keep the bytes is what the second account answers.
  if (disk_file->path) TestDisk::Get().NoteSync(*disk_file->path);
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Of(file)->real()->pMethods->xFileSize(Of(file)->real(), size);
}
int Lock(sqlite3_file* file, int level) {
  return Of(file)->real()->pMethods->xLock(Of(file)->real(), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Of(file)->real()->pMethods->xUnlock(Of(file)->real(), level);
}
int CheckReserved(sqlite3_file* file, int* out) {
  return Of(file)->real()->pMethods->xCheckReservedLock(Of(file)->real(), out);
}
int FileControl(sqlite3_file* file, int op, void* argument) {
  return Of(file)->real()->pMethods->xFileControl(Of(file)->real(), op, argument);
}
int SectorSize(sqlite3_file*) { return static_cast<int>(kSector); }
// Nothing is promised: no atomic writes, no safe append, no survival of overwritten neighbours.
int Characteristics(sqlite3_file*) { return 0; }
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Of(file)->real()->pMethods->xShmMap(Of(file)->real(), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Of(file)->real()->pMethods->xShmLock(Of(file)->real(), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { Of(file)->real()->pMethods->xShmBarrier(Of(file)->real()); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return Of(file)->real()->pMethods->xShmUnmap(Of(file)->real(), remove);
}

const sqlite3_io_methods kMethods = {
    2,        Close,         Read,        Write,      Truncate,        Sync,   FileSize, Lock,
    Unlock,   CheckReserved, FileControl, SectorSize, Characteristics, ShmMap, ShmLock,  ShmBarrier,
    ShmUnmap, nullptr,       nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* disk_file = new (file) DiskFile{};
  int opened_flags = flags;
  const bool database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  if (database && TestDisk::Get().read_only) {
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  const int code = System()->xOpen(System(), name, disk_file->real(), flags, &opened_flags);
  if (out_flags) *out_flags = opened_flags;
  if (code != SQLITE_OK) return code;
  disk_file->base.pMethods = &kMethods;
  if (name && (database || (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0)) {
    disk_file->path = new std::string(name);
    TestDisk::Get().NoteOpen(name);
  }
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const int code = System()->xDelete(System(), name, sync_folder);
  if (code == SQLITE_OK) TestDisk::Get().NoteDelete(name);
  return code;
}

}  // namespace

TestDisk& TestDisk::Get() {
  static TestDisk disk;
  return disk;
}

TestDisk::TestDisk() {
  static sqlite3_vfs vfs;
  vfs = *System();  // everything that is not about files as it is
  vfs.zName = kName;
  vfs.szOsFile = static_cast<int>(sizeof(DiskFile)) + System()->szOsFile;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.pNext = nullptr;
  sqlite3_vfs_register(&vfs, 0);
}

void TestDisk::Repair() {
  std::lock_guard lock(mutex_);
  files_.clear();
  crashed_ = full = sync_fails = read_only = false;
}

void TestDisk::Crash() {
  std::lock_guard lock(mutex_);
  crashed_ = true;
}

void TestDisk::Apply(std::string& content, const Change& change) {
  if (change.truncate) {
    content.resize(change.offset, '\0');
    return;
  }
  content.resize(std::max(content.size(), change.offset + change.bytes.size()), '\0');
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

void TestDisk::WriteSurvivors(const std::string& folder, double chance, std::mt19937& random) {
  std::lock_guard lock(mutex_);
  std::bernoulli_distribution survives(chance);
  for (const auto& [path, file] : files_) {
    std::string content = file.synced;
    for (const Change& change : file.since) {
      if (change.truncate) {
        if (survives(random)) Apply(content, change);
        continue;
      }
      for (size_t at = 0; at < change.bytes.size(); at += kSector) {
        if (survives(random))
          Apply(content, {change.offset + at, change.bytes.substr(at, kSector)});
      }
    }
    std::ofstream(folder + "/" + std::filesystem::path(path).filename().string(), std::ios::binary)
        << content;
  }
}

void TestDisk::NoteOpen(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (crashed_ || files_.contains(path)) return;
  std::ifstream in(path, std::ios::binary);
  files_[path].synced.assign(std::istreambuf_iterator<char>(in), {});
}

void TestDisk::NoteWrite(const std::string& path, const void* data, size_t size, size_t offset) {
  std::lock_guard lock(mutex_);
  if (!crashed_)
    files_[path].since.push_back({offset, std::string(static_cast<const char*>(data), size)});
}

void TestDisk::NoteTruncate(const std::string& path, size_t size) {
  std::lock_guard lock(mutex_);
  if (!crashed_) files_[path].since.push_back({size, "", true});
}

void TestDisk::NoteSync(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (crashed_) return;
  File& file = files_[path];
  for (const Change& change : file.since) Apply(file.synced, change);
  file.since.clear();
}

void TestDisk::NoteDelete(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (!crashed_) files_.erase(path);
}

}  // namespace extramile::store

// A disk that can lose what was not synced, fill up, fail to sync or turn read-only: an SQLite VFS
// for tests.
//
// It hands everything through to the system's VFS and keeps a second account beside it: for each
// file, the bytes that were there at its last sync, and the writes since. A crash is simulated by
// taking that second account as the truth: what was synced is kept, and of what was not either
// nothing or a random part (sector by sector, as a real disk may). This is what a power cut does
// and a `kill -9` does not: after a kill the operating system still has every write.
//
//   StoreSettings settings{.url = "sqlite:" + path, .sqlite_vfs = TestDisk::kName};
//   disk.Crash();                        // from now on nothing reaches the second account
//   disk.WriteSurvivors(folder, 0.5, random);
//
// Thread-safe. One disk a program: SQLite keeps VFSs in a global list.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace extramile::store {

class TestDisk {
 public:
  static constexpr const char* kName = "extramile-test-disk";
  static TestDisk& Get();  // registers it at the first call

  void Repair();  // forgets all files, and what was set to fail
  void Crash();
  bool crashed() const { return crashed_; }
  // Writes every file as it stands after the crash into `folder`. Each sector that was not synced
  // survives with this chance.
  void WriteSurvivors(const std::string& folder, double chance, std::mt19937& random);

  std::atomic<bool> full = false;        // writes that grow a file answer SQLITE_FULL
  std::atomic<bool> sync_fails = false;  // syncs answer SQLITE_IOERR_FSYNC
  std::atomic<bool> read_only = false;   // databases open as read-only

  // Called by the VFS.
  void NoteOpen(const std::string& path);
  void NoteWrite(const std::string& path, const void* data, size_t size, size_t offset);
  void NoteTruncate(const std::string& path, size_t size);
  void NoteSync(const std::string& path);
  void NoteDelete(const std::string& path);

 private:
  struct Change {
    size_t offset;
    std::string bytes;
    bool truncate = false;  // to `offset`
  };
  struct File {
    std::string synced;
    std::vector<Change> since;
  };
  TestDisk();
  static void Apply(std::string& content, const Change& change);

  std::mutex mutex_;
  std::atomic<bool> crashed_ = false;
  std::map<std::string, File> files_;
};

}  // namespace extramile::store

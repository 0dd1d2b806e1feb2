"""What Streamlit keeps in memory for the pages that are open."""

from collections.abc import Mapping

from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager


def uploads() -> Mapping[str, int]:
    """Give the bytes of the files that each session has sent and still holds, by session."""
    kept = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    if not isinstance(kept, MemoryUploadedFileManager):
        return {}
    return {
        session: sum(len(file.data) for file in tuple(files.values()))
        for session, files in tuple(kept.file_storage.items())
    }

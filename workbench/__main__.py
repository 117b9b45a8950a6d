"""``python -m workbench`` and the command ``inkstone``."""

import sys


def main() -> int:
    """Refuse the network before anything else is imported, then run the command line or the desktop."""
    from workbench.offline import enforce

    enforce()
    # A frozen program starts itself again for its worker processes.
    if "--inference-worker" in sys.argv[1:2]:
        from workbench.inference import worker

        worker.main()
        return 0
    if "--read-documents" in sys.argv[1:2]:
        from workbench.models.documents import reader_process

        reader_process.main()
        return 0
    if "--ocr-worker" in sys.argv[1:2]:
        from workbench.inference import ocr_worker

        ocr_worker.main()
        return 0
    if "--draw-pages" in sys.argv[1:2]:
        from workbench.models.documents import ocr_picture_process

        ocr_picture_process.main()
        return 0
    from workbench.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())

"""What workers do. Only here, behind worker.py, do the web's tables and the renderer's machinery meet."""

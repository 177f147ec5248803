"""Reads requests from commands for bash, cmd.exe and PowerShell."""

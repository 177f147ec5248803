"""Requests out of commands for bash, cmd.exe and PowerShell."""

# Lets fish complete the words of muster; `muster completion fish` prints this. In ~/.config/fish/config.fish:
#   muster completion fish | source

function __muster_candidates
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    muster __complete -- $before[2..-1] "$typed" 2>/dev/null
end

complete --command muster --no-files --arguments '(__muster_candidates)'

# shellcheck shell=bash
# Lets bash complete the words of muster; `muster completion bash` prints this. In ~/.bashrc:
#   source <(muster completion bash)

_muster() {
  local words=() word i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # bash cuts a word at each =, muster does not.
    if ((i > 1)) && [[ $word == "=" || ${COMP_WORDS[i - 1]} == "=" ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  mapfile -t COMPREPLY < <(muster __complete -- "${words[@]}" 2>/dev/null)
  # The value follows right behind its =.
  if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace; fi
}

complete -F _muster muster

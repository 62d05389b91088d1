select {{ calls_itself(1) }} as id

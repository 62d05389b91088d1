select {{ first_of_two(1) }} as id

"""Segments of customers by how often and how recently they order."""

REGULAR_ORDERS = 4


def segment_rule(regular_orders: int) -> str:
    return f"""
        case
            when count_orders >= {regular_orders} then 'regular'
            when count_orders > 1 then 'returning'
            else 'one-time'
        end
    """


def model(dbt, session):
    dbt.config(materialized="table", tags=["nightly"])

    orders = dbt.ref("int_customer_orders")
    balances = dbt.ref("int_customer_support_summary")

    segments = orders.project(
        f"customer_id, count_orders, lifetime_spend, {segment_rule(REGULAR_ORDERS)} as segment"
    )
    tickets = balances.project("customer_id as ticket_customer_id, count_tickets")

    return segments.join(
        tickets,
        "customer_id = ticket_customer_id",
        how="left",
    ).project("customer_id, segment, count_orders, lifetime_spend, coalesce(count_tickets, 0) as count_tickets")

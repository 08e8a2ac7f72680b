"""The models of a small shop. What the database should look like is said here, and nowhere else."""
import enum

from sqlalchemy import (CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer,
                        MetaData, Numeric, Text, func)
from sqlalchemy.orm import declarative_base, relationship

# Names that do not depend on the server make migrations readable.
metadata = MetaData(naming_convention={
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
})
Base = declarative_base(metadata=metadata)


class OrderState(enum.Enum):
    open = "open"
    paid = "paid"
    shipped = "shipped"


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(Text, nullable=False, unique=True)
    created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    orders = relationship("Order", back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, ForeignKey("customers.id", ondelete="CASCADE"), nullable=False)
    state = Column(Enum(OrderState, name="order_state"), nullable=False, server_default="open")
    total = Column(Numeric(12, 2), nullable=False)
    customer = relationship("Customer", back_populates="orders")
    __table_args__ = (
        CheckConstraint("total >= 0", name="total"),
        Index(None, "customer_id", "state"),
    )
